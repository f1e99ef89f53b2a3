# shellcheck shell=sh disable=SC2034
# How the hub is started: what makes a build stale, and the options of its JVM. To be sourced after find-jdk.sh.

# Lists what is newer than the file $2 among the sources of the checkout $1. A directory is newer when a file in it was
# added or removed. Tests do not count.
launch_newer() {
    find "$1/pom.xml" "$1"/*/pom.xml "$1"/*/*/pom.xml "$1"/core/src/main "$1"/hub/src/main \
        "$1"/protocols/*/src/main "$1"/hosts/*/src/main "$1/bin" -newer "$2" 2> /dev/null
}

# Prints something when the checkout $1 has no build or an old one.
launch_stale() {
    if [ -f "$1/target/launch/current" ]; then
        launch_newer "$1" "$1/target/launch/current"
    else
        echo "no build"
    fi
}

# Sets what a start-up cache is for the Java release $1: its file's name, the option that makes it and the one that uses it.
launch_cache() {
    if [ "$1" -ge 25 ]; then
        cache_name=$JDK_VERSION.aot cache_make=-XX:AOTCacheOutput cache_use=-XX:AOTCache
    else
        cache_name=$JDK_VERSION.jsa cache_make=-XX:ArchiveClassesAtExit cache_use=-XX:SharedArchiveFile
    fi
}

# Sets `options` for a process of the kind $1: server, work (short and hard) or client (small and quick to start).
launch_options() {
    options=''
}
