# shellcheck shell=sh disable=SC2034
# Finds a JDK. To be sourced; defines find_jdk, which sets
#   JDK          its home directory
#   JDK_FEATURE  its feature release, such as 25
#   JDK_VERSION  its whole version, such as 25.0.1
# $JAVA_HOME and then the `java` on the PATH win when they are new enough; else the best of the usual places, which is
# release 25 (the one we test) or the newest. Versions are read from a JDK's `release` file, which starts no JVM.

JDK_NEEDED=21
JDK_PREFERRED=25

# Sets jdk_feature and jdk_version of the home directory $1; fails when there is no Java in it.
jdk_read() {
    jdk_feature='' jdk_version=''
    [ -x "$1/bin/java" ] || return 1
    if [ -r "$1/release" ]; then
        while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
            case $jdk_line in
                JAVA_VERSION=*)
                    jdk_version=${jdk_line#*=}
                    jdk_version=${jdk_version#\"}
                    jdk_version=${jdk_version%%\"*}
                    break
                    ;;
            esac
        done < "$1/release"
    else
        jdk_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    fi
    jdk_feature=${jdk_version#1.}
    jdk_feature=${jdk_feature%%[!0-9]*}
    [ -n "$jdk_feature" ]
}

# Whether the home directory $1 will do; $2 is java or javac, the program that must be in it.
jdk_good() {
    jdk_read "$1" || return 1
    if [ "$jdk_feature" -lt "$JDK_NEEDED" ]; then
        jdk_seen="$jdk_seen
  Java $jdk_version, too old, in $1"
        return 1
    elif [ ! -x "$1/bin/$2" ]; then
        jdk_seen="$jdk_seen
  Java $jdk_version, without a compiler (a runtime only), in $1"
        return 1
    fi
}

# Makes the home directory $1, which jdk_good has just accepted, the one.
jdk_take() {
    JDK=$1 JDK_FEATURE=$jdk_feature JDK_VERSION=$jdk_version
}

# The home of the `java` on the PATH, if it can be told.
jdk_on_path() {
    jdk_java=$(command -v java) || return 1
    jdk_java=$(readlink -f "$jdk_java" 2> /dev/null) || return 1
    case $jdk_java in
        */bin/java) jdk_home=${jdk_java%/bin/java} ;;
        *) return 1 ;;
    esac
    # on macOS /usr/bin/java is a stub that finds, or does not find, a real one
    [ "$jdk_home" != /usr ]
}

# find_jdk [java|javac]: fails when none will do; then jdk_seen lists what was found instead, a line each.
find_jdk() {
    jdk_program=${1:-java}
    jdk_seen='' JDK='' JDK_FEATURE=0 JDK_VERSION=''
    if [ -n "${JAVA_HOME:-}" ] && jdk_good "$JAVA_HOME" "$jdk_program"; then
        jdk_take "$JAVA_HOME"
        return 0
    fi
    if jdk_on_path && jdk_good "$jdk_home" "$jdk_program"; then
        jdk_take "$jdk_home"
        return 0
    fi
    for jdk_home in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/*jdk* /usr/local/java/* /opt/*/ /opt/java/* /opt/jvm/* \
        "${SDKMAN_DIR:-${HOME:-/nonexistent}/.sdkman}"/candidates/java/* \
        "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.asdf/installs/java/* \
        "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        jdk_home=${jdk_home%/}
        if [ -h "$jdk_home" ] || ! jdk_good "$jdk_home" "$jdk_program"; then
            continue
        fi
        if [ "$JDK_FEATURE" -ne "$JDK_PREFERRED" ] \
            && { [ "$jdk_feature" -eq "$JDK_PREFERRED" ] || [ "$jdk_feature" -gt "$JDK_FEATURE" ]; }; then
            jdk_take "$jdk_home"
        fi
    done
    [ -n "$JDK" ]
}

# Says on standard error what is missing, and how to get it, after find_jdk has failed.
jdk_missing() {
    {
        if [ "${1:-java}" = javac ]; then
            echo "pharos: building needs a JDK $JDK_NEEDED or later ($JDK_PREFERRED is best), with javac, and none was found."
        else
            echo "pharos: this needs Java $JDK_NEEDED or later ($JDK_PREFERRED is best), and none was found."
        fi
        [ -z "$jdk_seen" ] || echo "Found instead:$jdk_seen"
        cat << 'HOW'
Get one, in one of these ways, then try again:
  Debian, Ubuntu   apt-get install openjdk-25-jdk-headless   (or openjdk-21-jdk-headless)
  Fedora, RHEL     dnf install java-25-openjdk-devel         (or java-21-openjdk-devel)
  Alpine           apk add openjdk25                         (or openjdk21)
  macOS            brew install openjdk
  SDKMAN           sdk install java 25-tem
  anywhere         https://adoptium.net, unpacked, with JAVA_HOME set to its directory
HOW
    } >&2
}
