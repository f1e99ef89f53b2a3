#!/usr/bin/env bash
# Measures what it costs to publish to topics that are new each time beside 10 000 distinct patterns that do not match them.
#
#   benchmarks/patterns.sh [-r ROUNDS] [-m EVENTS] DIR
#
# DIR has ssebench.c. One hub on processor 0, the generator on processor 1. In each round the same events are published,
# pipelined over one connection, beside one reader of another topic (none), 10 000 readers of a URI template each
# (templates) and 10 000 of a URL pattern each (urls); the ratios are taken round by round, the first is not counted.
set -eu
rounds=5 events=100000
while getopts r:m: option; do
    case $option in
        r) rounds=$OPTARG ;;
        m) events=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
sources=$1
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
hub=''
# shellcheck disable=SC2329  # called by the trap
finish() {
    [ -z "$hub" ] || kill "$hub" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cc -O2 -w -o "$work/ssebench" "$sources/ssebench.c"

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
cat > "$work/pharos.yaml" << END
listen: 127.0.0.1:$port
memory: true
heartbeat: 5m
mercure:
  - draft: 8
    public-url: http://127.0.0.1:$port/.well-known/mercure
END
taskset -c 0 "$root/pharos" serve --config "$work/pharos.yaml" > "$work/hub.log" 2>&1 &
hub=$!
for _ in $(seq 400); do
    curl -s -o "$work/ready" "127.0.0.1:$port/health/ready" && break
    kill -0 "$hub" || { cat "$work/hub.log" >&2; exit 1; }
    sleep 0.05
done

# Prints: publishes a second, processor time of one in microseconds.
publish() { # round case readers url
    taskset -c 1 "$work/ssebench" -p "$port" -I "$hub" -n "$3" -g "$4" -u /events -m "$events" -k "$events" -r 0 -s 30 -w 1 \
        -b "topic=https://x.example/$2$1x%d/1&data=" -T application/x-www-form-urlencoded > "$work/out"
    awk -v readers="$3" '
        { for (i = 1; i <= NF; i++) { split($i, f, "="); v[$1, f[1]] = f[2] } }
        $1 ~ /^connected=/ && substr($1, 11) != readers { print "not all connected: " $0 > "/dev/stderr"; exit 1 }
        $1 ~ /^published=/ { rate = v[$1, "acks_per_s"]; bad = v[$1, "bad"] }
        $1 ~ /^delivered=/ && $1 != "delivered=0" { print "a pattern matched: " $0 > "/dev/stderr"; exit 1 }
        END {
            if (bad > 0) { print "not published: " bad > "/dev/stderr"; exit 1 }
            cpu = v["after:", "cpu_user_s"] + v["after:", "cpu_sys_s"] - v["connected:", "cpu_user_s"] - v["connected:", "cpu_sys_s"]
            printf "%d %.2f\n", rate, cpu * 1e6 / '"$events"' }' "$work/out"
}
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.2f (%.2f to %.2f)\n", v[int((NR + 1) / 2)], v[1], v[NR] }'; }

: > "$work/rounds"
for round in $(seq 0 "$rounds"); do
    none=$(publish "$round" n 1 '/events?topic=https://x.example/none')
    templates=$(publish "$round" t 10000 '/events?topic=https://x.example/a%d/{id}')
    urls=$(publish "$round" u 10000 '/.well-known/mercure?match_urlpattern=https://x.example/a%d/:id')
    [ "$round" = 0 ] && continue
    echo "$none $templates $urls" | tee -a "$work/rounds" |
        awk '{ printf "none %d/s %.2f µs | templates %d/s %.2f µs | urls %d/s %.2f µs\n", $1, $2, $3, $4, $5, $6 }'
done
for what in 'templates 4 2 3 1' 'urls 6 2 5 1'; do
    # shellcheck disable=SC2086
    set -- $what
    echo "$1: processor time to none $(awk -v a="$2" -v b="$3" '{ print $a / $b }' "$work/rounds" | median)"
    echo "$1: publishes a second to none $(awk -v a="$4" -v b="$5" '{ print $a / $b }' "$work/rounds" | median)"
done
