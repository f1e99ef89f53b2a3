#!/bin/sh
# What a hub with a small heap does when many SockJS and Socket.IO WebSockets read nothing while events are published as fast as
# they are taken: they may be cut, others may not suffer, and memory stays bounded. Prints what became of the readers, and the
# most memory that the process had.
#
# usage: benchmarks/stalled.sh [-n STALLED] [-m EVENTS] [-x HEAP]      needs Node.js; ./pharos must have been built
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
stalled=1000
events=60000
heap=64m
while getopts n:m:x: option; do
    case $option in
        n) stalled=$OPTARG ;;
        m) events=$OPTARG ;;
        x) heap=$OPTARG ;;
        *) exit 2 ;;
    esac
done
work=$(mktemp -d)
trap 'kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
ulimit -n 8192 2> /dev/null || true
PHAROS_JAVA_OPTS="-Xmx$heap" "$root/pharos" serve --memory --listen 127.0.0.1:0 > "$work/log" 2>&1 &
server=$!
url=
for _ in $(seq 300); do
    url=$(sed -n 's#.*\(http://127[0-9.:]*\).*#\1#p' "$work/log" | head -n 1)
    [ -z "$url" ] || break
    sleep 0.1
done
node "$root/benchmarks/stalled/stalled.mjs" "$url" "$stalled" 50 "$events"
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/health/ready")" = 200 ] || { echo "the hub is not well"; cat "$work/log"; exit 1; }
awk '/^VmHWM/ { printf "resident memory at most %d MB, with a heap of '"$heap"'\n", $2 / 1024 }' "/proc/$server/status"
if grep -iE 'error|exception|warn' "$work/log"; then exit 1; fi
