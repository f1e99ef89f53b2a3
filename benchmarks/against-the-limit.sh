#!/usr/bin/env bash
# Compares the hub with the physical limit of this machine: rawlimit.c, a fan-out in C that does nothing but write bytes.
#
#   benchmarks/against-the-limit.sh [-p PAIRS] [-c] DIR [CASE...]
#
# DIR has rawlimit.c and ssebench.c. CASE is fanout, paced or topics (default: all). Hub and limit run in turn, each alone
# on processor 0, the generator on processor 1; the ratios hub/limit are taken pair by pair and their medians printed.
# -c starts a new hub for every run; otherwise one hub serves all runs of a case and its first run is not counted.
set -eu
pairs=5 cold=''
while getopts p:c option; do
    case $option in
        p) pairs=$OPTARG ;;
        c) cold=1 ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
sources=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
hub='' limit=''
# shellcheck disable=SC2329  # called by the trap
finish() {
    [ -z "$hub" ] || kill "$hub" 2> /dev/null || true
    [ -z "$limit" ] || kill "$limit" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cc -O2 -w -o "$work/rawlimit" "$sources/rawlimit.c"
cc -O2 -w -o "$work/ssebench" "$sources/ssebench.c"

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }
await() { # port pid
    for _ in $(seq 200); do
        if (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; then return; fi
        kill -0 "$2" || exit 1
        sleep 0.05
    done
    echo "nothing listens on port $1" >&2
    exit 1
}
start_hub() {
    port=$(free_port)
    taskset -c 0 "$root/pharos" serve --memory --listen "127.0.0.1:$port" > "$work/hub.log" 2>&1 &
    hub=$!
    await "$port" "$hub"
}
stop_hub() {
    kill "$hub"
    wait "$hub" || true
    hub=''
}
# Prints: deliveries a second, processor seconds, p99 in ms, and what went wrong.
figures() {
    awk '
        /^connected:/ { split($4, u, "="); split($5, s, "="); before = u[2] + s[2] }
        /^after:/ { split($4, u, "="); split($5, s, "="); cpu = u[2] + s[2] - before }
        /^delivered=/ { for (i = 1; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] } }
        /^latency_ms/ { for (i = 1; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] } }
        END { printf "%s %.2f %s %d\n", v["deliveries_per_s"], cpu, v["p99"], v["missing"] + v["dups"] + v["gaps"] + v["disconnects"] }'
}
run_hub() { # load
    # shellcheck disable=SC2086
    taskset -c 1 "$work/ssebench" -p "$port" -I "$hub" -g '/events?topic=t%d' -u /events -b 'topic=t%d&data=' \
        -T application/x-www-form-urlencoded $1 | figures
}
run_limit() { # mode load
    lport=$(free_port)
    taskset -c 0 "$work/rawlimit" "$lport" "$1" &
    limit=$!
    await "$lport" "$limit"
    # shellcheck disable=SC2086
    taskset -c 1 "$work/ssebench" -p "$lport" -I "$limit" -g / -u / $2 | figures
    kill "$limit"
    wait "$limit" 2> /dev/null || true
    limit=''
}
compare() { # name mode load
    : > "$work/pairs"
    [ -n "$cold" ] || { start_hub; run_hub "$3" > /dev/null; }
    for _ in $(seq "$pairs"); do
        [ -z "$cold" ] || start_hub
        run_hub "$3" > "$work/a"
        [ -z "$cold" ] || stop_hub
        run_limit "$2" "$3" > "$work/b"
        paste -d ' ' "$work/a" "$work/b" >> "$work/pairs"
        tail -n 1 "$work/pairs" | awk -v name="$1" '{ printf "%-8s hub %9d/s %6.2f s p99 %9.3f ms wrong %d | limit %9d/s %6.2f s p99 %9.3f ms\n", name, $1, $2, $3, $4, $5, $6, $7 }'
    done
    [ -n "$cold" ] || stop_hub
    for what in 'deliveries/s 1 5' 'cpu 2 6' 'p99 3 7'; do
        # shellcheck disable=SC2086
        set -- "$1" "$2" "$3" $what
        awk -v a="$5" -v b="$6" '$b > 0 { print $a / $b }' "$work/pairs" | sort -n |
            awk -v name="$1" -v what="$4" '{ v[NR] = $1 } END { printf "%-8s %-13s hub/limit: median %.2f (%.2f to %.2f)\n", name, what, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[1], v[NR] }'
        set -- "$1" "$2" "$3"
    done
}
[ $# -gt 0 ] || set -- fanout paced topics
for name in "$@"; do
    case $name in
        fanout) compare fanout 1 '-n 1000 -m 20000 -r 0 -s 100' ;;
        paced) compare paced 0 '-n 10000 -m 100 -r 10 -s 100' ;;
        topics) compare topics 2 '-n 10000 -k 10000 -r 5000 -m 50000 -s 100' ;;
        *) echo "no such case: $name (fanout, paced, topics)" >&2; exit 2 ;;
    esac
done
