#!/bin/sh
# Builds what ./pharos runs, into target/launch. Called by ./pharos on first use and when a source is newer.
#
# A build is made aside, in a directory of its own, and becomes the one in use by the renaming of one small file; so an
# interrupted build leaves nothing half-done, and a hub that is running keeps the files it was started from. A second
# caller waits for the first. Maven's output is in target/launch/build.log.
set -u
root=$1
# shellcheck source=bin/find-jdk.sh
. "$root/bin/find-jdk.sh"
# shellcheck source=bin/launch.sh
. "$root/bin/launch.sh"

home=$root/target/launch
log=$home/build.log
mine=$home/making.$$
maven='' hub=''

say() {
    echo "pharos: $*" >&2
}

fail() {
    say "$*"
    exit 1
}

# The lock is a file that names its owner and appears whole, by a hard link.
lock() {
    echo $$ > "$mine/pid"
    told=''
    until ln "$mine/pid" "$home/lock" 2> /dev/null; do
        owner=''
        read -r owner 2> /dev/null < "$home/lock" || continue
        if ! kill -0 "$owner" 2> /dev/null; then
            # its owner died without a word: take it away, unless another waiter was quicker
            if mv "$home/lock" "$mine/stale" 2> /dev/null; then
                read -r gone < "$mine/stale" || gone=''
                [ "$gone" = "$owner" ] || ln "$mine/stale" "$home/lock" 2> /dev/null
                rm -f "$mine/stale"
            fi
            continue
        fi
        [ -n "$told" ] || say "process $owner is building already; waiting for it (the lock is $home/lock)"
        told=yes
        sleep 1
    done
    locked=yes
}

leave() {
    code=$?
    trap - EXIT HUP INT TERM
    for child in $maven $hub; do
        kill "$child" 2> /dev/null && wait "$child"
    done
    [ -z "${locked:-}" ] || rm -f "$home/lock"
    rm -rf "$mine"
    exit "$code"
}

# Shows Maven's output, read from standard input, as a line a module; keeps all of it in the log.
progress() {
    : > "$log"
    while IFS= read -r line; do
        printf '%s\n' "$line" >> "$log"
        case $line in
            '[INFO] Building '*'['*/*']')
                name=${line#'[INFO] Building '}
                step=${name##*'['}
                say "building ${name%% [0-9]*} (${step%]})"
                ;;
        esac
    done
}

# Copies the hub's jar and its libraries into $mine/lib.
collect() {
    mkdir "$mine/lib"
    for jar in "$root"/hub/target/pharos-hub-*.jar; do
        case $jar in
            *-sources.jar | *-javadoc.jar | *-tests.jar) ;;
            *) cp -p "$jar" "$mine/lib/pharos-hub.jar" || return 1 ;;
        esac
    done
    cp -p "$root"/hub/target/lib/*.jar "$mine/lib/"
}

# Records the start-up caches of the build in the directory $1: a hub is started, used and stopped, and so is its client.
# It has a file and a key, so that what these need is recorded too.
record() {
    mkfifo "$1/output" || return 1
    echo 'a key of no importance, for the recording' > "$1/train.key"
    printf 'authorization:\n  keys:\n    - secret-file: train.key\n' > "$1/train.yaml"
    launch_options server
    launch_cache server
    # shellcheck disable=SC2086  # options are words
    "$JDK/bin/java" $options "$cache_make=$1/$cache" -jar "$1/lib/pharos-hub.jar" serve --data "$1/data" \
        --config "$1/train.yaml" --listen 127.0.0.1:0 \
        > "$1/output" 2>> "$log" < /dev/null &
    hub=$!
    exec 3< "$1/output"
    rm -f "$1/output"
    read -r ready <&3 || return 1
    launch_options client
    launch_cache client
    # shellcheck disable=SC2086
    PHAROS_TOKEN=$("$JDK/bin/java" $options -jar "$1/lib/pharos-hub.jar" token --key "$1/train.key" \
        --publish '*' --subscribe '*' 2>> "$log") || return 1
    export PHAROS_TOKEN
    # shellcheck disable=SC2086
    "$JDK/bin/java" $options "$cache_make=$1/$cache" -jar "$1/lib/pharos-hub.jar" train "${ready##* }" \
        >> "$log" 2>&1 < /dev/null
    trained=$?
    kill "$hub"
    cat <&3 >> "$log"
    wait "$hub" && [ "$trained" -eq 0 ]
    recorded=$?
    exec 3<&-
    hub=''
    rm -rf "$1/data" "$1/train.key" "$1/train.yaml"
    unset PHAROS_TOKEN
    return "$recorded"
}

# Removes builds that are neither the one in use nor what a running process was started from.
sweep() {
    # shellcheck disable=SC2009  # pgrep -f is not everywhere
    running=$(ps -A -o args= 2> /dev/null | grep -F "$home/") || running=''
    for old in "$home"/build.*/; do
        old=${old%/}
        case $old in
            "$home/$1" | "$home/build.*") continue ;;
        esac
        case $running in
            *"$old/"*) ;;
            *) rm -rf "$old" ;;
        esac
    done
    for old in "$home"/making.*/; do
        owner=${old%/}
        kill -0 "${owner##*.}" 2> /dev/null || rm -rf "$old"
    done
}

mkdir -p "$mine" || fail "cannot write to $home"
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

lock
# another process may have built it while this one waited
[ -n "$(launch_stale "$root")" ] || exit 0

find_jdk javac || {
    jdk_missing javac
    exit 1
}
mvn=$(command -v mvn) || mvn=${MAVEN_HOME:-/nonexistent}/bin/mvn
[ -x "$mvn" ] || fail "building needs Maven 3.8 or later and none was found.
Get it: apt-get install maven, dnf install maven, brew install maven, or sdk install maven; then try again."

# What changes from here on is for the next build. A file from the future must not make every start a build.
touch "$mine/stamp"
while newer=$(launch_newer "$root" "$mine/stamp") && [ -n "$newer" ]; do
    touch -r "${newer%%
*}" "$mine/stamp"
done

say "building with Java $JDK_VERSION (once; later starts take a fraction of a second)"
mkfifo "$mine/output" || fail "cannot make a pipe in $mine"
progress < "$mine/output" &
shown=$!
(
    cd "$root" || exit 1
    JAVA_HOME=$JDK
    export JAVA_HOME
    exec "$mvn" -B -ntp -pl hub -am -Dmaven.test.skip=true -Dspotless.check.skip=true package
) > "$mine/output" 2>&1 < /dev/null &
maven=$!
wait "$maven"
code=$?
maven=''
wait "$shown"
if [ "$code" -ne 0 ]; then
    say "the build failed; all of it is in $log:"
    grep -E '^\[ERROR|^\[WARNING|^  ' "$log" | grep -v -e '^.ERROR. *$' -e Help -e 'Re-run Maven' | head -n 30 >&2
    exit 1
fi
collect || fail "the build has left no jar in $root/hub/target; see $log"

new=build.$(date +%Y%m%d%H%M%S).$$
rm -f "$mine/output" "$mine/pid"
mv "$mine" "$home/$new" || fail "cannot move the build into $home"

say "recording the start-up caches"
record "$home/$new" || say "starts will be slower, nothing else: recording failed, see $log"

mkdir "$mine"
echo "$new" > "$mine/current"
touch -r "$home/$new/stamp" "$mine/current"
mv -f "$mine/current" "$home/current"
sweep "$new"
say "built"
