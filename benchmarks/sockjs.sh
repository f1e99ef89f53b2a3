#!/bin/sh
# Fan-out to SockJS WebSockets at saturation: ./pharos serve against its own event streams and against `sockjs` on Node.js, in
# turn. Servers run alone on processor 0, the readers on processor 1. Prints deliveries a second of each, and the ratios.
#
# usage: benchmarks/sockjs.sh [-n READERS] [-p PAIRS]      needs Node.js, npm and taskset; ./pharos must have been built
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
readers=1000
pairs=3
while getopts n:p: option; do
    case $option in
        n) readers=$OPTARG ;;
        p) pairs=$OPTARG ;;
        *) exit 2 ;;
    esac
done
work=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || { kill "$server" 2> /dev/null && wait "$server" 2> /dev/null; } || true
    server=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
npm install --silent --no-audit --no-fund --prefix "$work" sockjs@0.3.24 > /dev/null
ulimit -n 8192 2> /dev/null || true

# run NAME EVENTS MODE PUBLISH-PATH COMMAND...: starts the server, waits for "http://HOST:PORT", measures, stops it.
run() {
    name=$1 events=$2 mode=$3 publish=$4
    shift 4
    taskset -c 0 "$@" > "$work/server.log" 2>&1 &
    server=$!
    url=
    for _ in $(seq 300); do
        url=$(sed -n 's#.*\(http://127[0-9.:]*\).*#\1#p' "$work/server.log" | head -n 1)
        [ -z "$url" ] || break
        sleep 0.1
    done
    rate=$(taskset -c 1 node "$root/benchmarks/sockjs/fanout.mjs" "$mode" "$url" "$publish" "$readers" "$events")
    stop
    printf '%-16s %s deliveries a second\n' "$name" "$rate" >&2
    echo "$rate"
}

for pair in $(seq "$pairs"); do
    sse=$(run 'hub, streams' 20000 sse /events "$root/pharos" serve --memory --listen 127.0.0.1:0)
    hub=$(run 'hub, SockJS' 20000 sockjs-hub /events "$root/pharos" serve --memory --listen 127.0.0.1:0)
    node=$(NODE_PATH="$work/node_modules" run 'Node, sockjs' 1000 sockjs-node /publish node "$root/benchmarks/sockjs/server.cjs")
    awk -v p="$pair" -v s="$sse" -v h="$hub" -v n="$node" \
        'BEGIN { printf "pair %d: SockJS/streams %.2f, hub/Node %.1f\n", p, h / s, h / n }'
done
