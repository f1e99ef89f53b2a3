# shellcheck shell=sh disable=SC2034
# How the hub is started: what makes a build stale, and the options of its JVM. To be sourced after find-jdk.sh.

# Lists what is newer than the file $2 among the sources of the checkout $1. A directory is newer when a file in it was
# added or removed. Tests do not count.
launch_newer() {
    find "$1/pom.xml" "$1"/*/pom.xml "$1"/*/*/pom.xml "$1"/core/src/main "$1"/hub/src/main \
        "$1"/auth/*/src/main "$1"/protocols/*/src/main "$1"/hosts/*/src/main "$1/bin" -newer "$2" 2> /dev/null
}

# Prints something when the checkout $1 has no build or an old one.
launch_stale() {
    if [ -f "$1/target/launch/current" ]; then
        launch_newer "$1" "$1/target/launch/current"
    else
        echo "no build"
    fi
}

# Sets `options` for a process of the kind $1 with the JDK that was found:
#   server  runs for months: throughput, short pauses, bounded memory
#   client  runs for a moment or sits in a pipe: a quick start, little memory
#   load    makes load for a minute: the optimizing compiler, little else
launch_options() {
    # Nothing but warnings, and those not among a command's results.
    options='-Xlog:disable -Xlog:all=warning:stderr -Xlog:cds=off:stderr'
    [ "$JDK_FEATURE" -lt 25 ] || options="$options -Xlog:aot=off:stderr"
    # The JVM's shared counters are a file in /tmp that it writes to while threads stand still; jcmd works without.
    options="$options -XX:-UsePerfData"
    processors=$(nproc 2> /dev/null || getconf _NPROCESSORS_ONLN || echo 1)
    case $1 in
        server)
            # On a single processor the optimizing compiler takes for minutes what it gives back in hours; the quick one
            # shall inline more instead.
            [ "$processors" -gt 1 ] \
                || options="$options -XX:TieredStopAtLevel=1 -XX:C1MaxInlineSize=80 -XX:C1MaxInlineLevel=15"
            # Of the machine's or the container's memory 40 % at most for the heap. Netty's buffers outside of it may
            # take as much again, and something must be left. It begins small: an empty hub is content with 32 MB.
            options="$options -XX:InitialRAMPercentage=1 -XX:MinRAMPercentage=40 -XX:MaxRAMPercentage=40"
            # A hub without memory keeps no promise: better to end, and be started again by whoever looks after it.
            options="$options -XX:+ExitOnOutOfMemoryError"
            ;;
        client)
            # The optimizing compiler never pays off here.
            options="$options -XX:TieredStopAtLevel=1 -Xms8m -Xmx128m"
            ;;
        load)
            options="$options -Xms128m -Xmx512m"
            ;;
    esac
    # What the user chooses himself wins; two collectors are an error.
    case " ${PHAROS_JAVA_OPTS:-} ${JDK_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-} " in
        *' -XX:+Use'*'GC '*) ;;
        *)
            # G1's threads work beside the program's. On one or two processors they would work against it, and live
            # data is little, so that the pauses of the simplest collector are as short.
            if [ "$1" = server ] && [ "$processors" -gt 2 ]; then
                options="$options -XX:+UseG1GC"
            else
                options="$options -XX:+UseSerialGC"
                # What an event leaves behind dies at once or stays as long as the log keeps it. A small young generation
                # stays in the processor's cache, and a pause copies little: 5 instead of 50 ms.
                [ "$1" != server ] || options="$options -Xmn16m"
            fi
            ;;
    esac
    if [ "$JDK_FEATURE" -ge 25 ]; then
        # 8 instead of 12 bytes before each object: small objects are what connections are made of.
        options="$options -XX:+UseCompactObjectHeaders"
    fi
    if [ "$JDK_FEATURE" -ge 24 ]; then
        # Netty's buffers use Unsafe while there is one.
        options="$options --sun-misc-unsafe-memory-access=allow"
    fi
}

# Sets `cache`, the name of the start-up cache for the kind $1, and `cache_make` and `cache_use`, the options that record
# and use it. It holds classes parsed and linked, from release 25 on also profiles (JEP 483, 514, 515), and is of use to
# the very JVM and jars it was recorded with only.
launch_cache() {
    case $1 in
        server) cache=server-$JDK_VERSION ;;
        *) cache=client-$JDK_VERSION ;;
    esac
    if [ "$JDK_FEATURE" -ge 25 ]; then
        cache=$cache.aot cache_make=-XX:AOTCacheOutput cache_use=-XX:AOTCache
    else
        cache=$cache.jsa cache_make=-XX:ArchiveClassesAtExit cache_use=-XX:SharedArchiveFile
    fi
}
