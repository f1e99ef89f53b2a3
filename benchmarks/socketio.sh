#!/usr/bin/env bash
# Compares the fan-out of one topic to Socket.IO sockets over WebSocket with others in the same run: the hub's own event
# streams, Socket.IO with recovery (socketio.recovery), and a room of the reference server, `socket.io` on Node.js.
#
#   benchmarks/socketio.sh [-n READERS] [-m EVENTS] [-r ROUNDS]
#
# Defaults: 1000 readers, 3000 events at saturation, 3 rounds. The servers are pinned to processor 0, the readers and the
# publisher to the others. It needs a build (./check or mvn package), Node.js, npm and taskset; the npm packages go to a
# temporary directory. Each line is one round; deliveries a second, then the ratios.
set -eu
readers=1000 events=3000 rounds=3
while getopts n:m:r: option; do
    case $option in
        n) readers=$OPTARG ;;
        m) events=$OPTARG ;;
        r) rounds=$OPTARG ;;
        *) exit 2 ;;
    esac
done
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=''
# shellcheck disable=SC2329  # called by the trap
finish() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT
(cd "$work" && npm init -y > /dev/null && npm install --no-audit --no-fund --silent socket.io@4.8.4 ws@8.23.0)
cp "$root/benchmarks/socketio/node-server.mjs" "$root/benchmarks/socketio/load.mjs" "$work"

start() { # command...: starts a server that says where it is ready
    taskset -c 0 "$@" > "$work/server.log" 2>&1 &
    server=$!
    for _ in $(seq 200); do
        url=$(grep -o 'http://[0-9.:]*' "$work/server.log" | head -n 1) || true
        if [ -n "$url" ]; then return; fi
        kill -0 "$server" || { cat "$work/server.log" >&2; exit 1; }
        sleep 0.05
    done
    exit 1
}
stop() {
    kill "$server"
    wait "$server" || true
    server=''
}
load() { taskset -c "1-$(($(nproc) - 1))" node "$work/load.mjs" "$1" "$url" "$readers" "$events"; }
hub() { start "${PHAROS:-$root/pharos}" serve --memory --listen 127.0.0.1:0 "$@"; }
for round in $(seq "$rounds"); do
    hub; sse=$(load sse); stop
    hub; socketio=$(load socketio-hub); stop
    hub --set socketio.recovery=2m; recovering=$(load socketio-hub); stop
    start node "$work/node-server.mjs"; node=$(load socketio-node); stop
    awk -v round="$round" -v sse="$sse" -v io="$socketio" -v recovering="$recovering" -v node="$node" 'BEGIN {
        printf "round %d: sse %d, socket.io %d, with recovery %d, socket.io on node %d; socket.io/sse %.2f, socket.io/node %.1f, with recovery/without %.2f\n",
            round, sse, io, recovering, node, io / sse, io / node, recovering / io }'
done
