#!/usr/bin/env bash
# Measures the log on disk: durable publishing beside Redis Streams, batches, start and history.
#
#   benchmarks/on-disk.sh [-p PAIRS] [-m EVENTS] DIR [CASE...]
#
# DIR has ssebench.c. CASE is publish, batches, history or storm (default: all). `publish` needs redis-server and
# redis-benchmark: 64 clients, each waiting for its answer, to the hub by POST (policy always) and to Redis by XADD
# (appendonly yes, appendfsync always), in turn, server on processor 0, clients on processor 1; the ratios are taken pair
# by pair. `storm`, pinned the same way, compares the delay of 200 live readers with and without 5 000 that reconnect up
# to 12 000 events back.
set -eu
pairs=5 events=60000
while getopts p:m: option; do
    case $option in
        p) pairs=$OPTARG ;;
        m) events=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2; }
sources=$1
shift
[ $# -ge 1 ] || set -- publish batches history storm
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
hub='' redis=''
# shellcheck disable=SC2329  # called by the trap
finish() {
    [ -z "$hub" ] || kill "$hub" 2> /dev/null || true
    [ -z "$redis" ] || kill "$redis" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cc -O2 -w -o "$work/ssebench" "$sources/ssebench.c"

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }
millis() { date +%s%3N; }
start_hub() { # the command that pins it, if any
    port=$(free_port)
    "$@" "$root/pharos" serve --data "$work/data" --retain-bytes 4GiB --listen "127.0.0.1:$port" > "$work/hub.log" 2>&1 &
    hub=$!
    for _ in $(seq 2000); do
        curl -s -o "$work/ready" "127.0.0.1:$port/health/ready" && return
        kill -0 "$hub" || { cat "$work/hub.log" >&2; exit 1; }
        sleep 0.01
    done
    echo "the hub does not get ready" >&2
    exit 1
}
stop_hub() {
    kill "$hub"
    wait "$hub" || true
    hub=''
}
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.2f (%.2f to %.2f)\n", v[int((NR + 1) / 2)], v[1], v[NR] }'; }

publish() {
    start_hub taskset -c 0
    redis_port=$(free_port)
    mkdir "$work/redis"
    taskset -c 0 redis-server --port "$redis_port" --dir "$work/redis" --save '' --appendonly yes --appendfsync always > "$work/redis.log" 2>&1 &
    redis=$!
    : > "$work/ratios"
    for pair in $(seq 0 "$pairs"); do
        ours=$(taskset -c 1 "$work/ssebench" -p "$port" -n 1 -q 64 -r 0 -m "$events" -s 100 -g '/events?topic=t0' -u /events \
            -b 'topic=t0&data=' -T application/x-www-form-urlencoded 2>&1 | sed -n 's/.*acks_per_s=\([0-9]*\).*/\1/p')
        theirs=$(taskset -c 1 redis-benchmark -p "$redis_port" -c 64 -n "$events" -q XADD s '*' d "$(printf 'x%.0s' $(seq 100))" \
            | tr '\r' '\n' | sed -n 's/.*: \([0-9]*\)[.0-9]* requests per second.*/\1/p' | tail -1)
        [ "$pair" = 0 ] && continue # the first run of each is not counted
        echo "publish   hub $ours/s | redis $theirs/s"
        awk "BEGIN { print $ours / $theirs }" >> "$work/ratios"
    done
    echo "publish   hub/redis: median $(median < "$work/ratios")"
    kill "$redis"
    wait "$redis" || true
    redis=''
    stop_hub
}

# Publishes $1 events in batches of 500 over $2 connections, 100 bytes each.
cat > "$work/batches.mjs" << 'END'
import { connect } from "node:net";
const [port, total, connections] = process.argv.slice(2).map(Number);
const body = Buffer.from(`{"topic":"t","data":"${"x".repeat(100)}"}\n`.repeat(500));
const request = Buffer.concat([Buffer.from(`POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
const begin = performance.now();
let left = total / 500, accepted = 0;
await Promise.all(Array.from({ length: connections }, () => new Promise((done) => {
  const socket = connect(port, "127.0.0.1");
  const next = () => (left-- > 0 ? socket.write(request) : (socket.end(), done()));
  socket.on("data", (answer) => {
    const count = /"accepted":(\d+)/.exec(answer);
    if (!count) throw new Error(String(answer));
    accepted += Number(count[1]);
    next();
  });
  next();
})));
console.log(`batches   ${Math.round(accepted / (performance.now() - begin) * 1000)} events/s (${accepted} in batches of 500 over ${connections} connections)`);
END
batches() {
    start_hub
    for _ in $(seq "$pairs"); do node "$work/batches.mjs" "$port" 500000 4; done
    stop_hub
}

history() {
    start_hub
    node "$work/batches.mjs" "$port" 8000000 4
    stop_hub
    for _ in $(seq "$pairs"); do
        begin=$(millis)
        start_hub
        echo "start     $(($(millis) - begin)) ms with $(du -m "$work/data" | awk '{ print $1 }') MiB"
        begin=$(millis)
        read=$(curl -sN -H 'Accept: text/event-stream' "127.0.0.1:$port/events?topic=*&lastEventId=earliest" | head -c 400000000 | grep -c '^data' || true)
        echo "history   $((read * 1000 / ($(millis) - begin))) events/s"
        stop_hub
    done
}

storm() {
    start_hub taskset -c 0
    node "$work/batches.mjs" "$port" 12000 1 > "$work/fill"
    epoch=$(curl -s -d topic=z -d data=1 "127.0.0.1:$port/events" | sed 's/^pos://; s/[.].*//')
    live() {
        taskset -c 1 "$work/ssebench" -p "$port" -n 200 -m 300 -r 50 -s 100 -g '/events?topic=live' -u /events -b 'topic=live&data=' \
            -T application/x-www-form-urlencoded 2>&1 | sed -n "s/^latency_ms/storm     $1: /p; /missing=0 dups=0/!s/^delivered/wrong: &/p"
    }
    live warm-up
    for _ in $(seq "$pairs"); do
        live quiet
        (
            sleep 1
            nice -n 19 taskset -c 1 "$work/ssebench" -p "$port" -n 5000 -k 1000 -c 100000 -g "/events?topic=t&lastEventId=pos:$epoch.%d" -u /events -m 1 -i 8 > "$work/storm" 2>&1
        ) &
        reconnecting=$!
        live storm
        wait "$reconnecting"
        sed -n 's/^idle_bytes=\([0-9]*\).*/storm     \1 bytes of history to 5 000 readers/p' "$work/storm"
    done
    grep VmHWM "/proc/$hub/status" | sed 's/^/storm     /'
    stop_hub
}

for case in "$@"; do
    "$case"
    rm -rf "$work/data"
done
