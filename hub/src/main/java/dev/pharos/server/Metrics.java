package dev.pharos.server;

import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.hub.Hub;
import dev.pharos.hub.HubStats;
import dev.pharos.log.EventLog;
import dev.pharos.protocol.events.TransportCounts;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** {@code /metrics}: the hub's figures in the Prometheus text format, without a label per topic or client. */
final class Metrics implements Handler {

    private static final Headers HEADERS =
            Headers.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8", "Cache-Control", "no-store");

    private final Hub hub;
    private final TransportCounts counts;

    /** What other protocols have open, by the name of the transport. */
    private final SortedMap<String, IntSupplier> others;

    Metrics(Hub hub, TransportCounts counts, Map<String, IntSupplier> others) {
        this.hub = hub;
        this.counts = counts;
        this.others = new TreeMap<>(others);
    }

    @Override
    public void handle(Request request, Reply reply) {
        reply.send(new Response(200, HEADERS, text().getBytes(StandardCharsets.UTF_8)));
    }

    private String text() {
        HubStats stats = hub.stats();
        EventLog.Size size = hub.log().size();
        Text text = new Text();
        text.family("pharos_connections", "gauge", "Connections that read, by transport");
        text.sample("pharos_connections{transport=\"sse\"}", counts.streams());
        text.sample("pharos_connections{transport=\"long-poll\"}", counts.polls());
        text.sample("pharos_connections{transport=\"websocket\"}", counts.sockets());
        text.sample("pharos_connections{transport=\"duplex\"}", counts.sessions());
        others.forEach((transport, number) ->
                text.sample("pharos_connections{transport=\"" + transport + "\"}", number.getAsInt()));
        text.one("pharos_subscriptions", "gauge", "Subscriptions open", stats.subscriptions());
        text.one("pharos_published_total", "counter", "Events accepted", stats.published());
        text.one(
                "pharos_undeliverable_total",
                "counter",
                "Private events accepted that no reader could have a grant for",
                stats.undeliverable());
        text.one("pharos_deliveries_total", "counter", "Events handed to subscribers", stats.deliveries());
        text.one(
                "pharos_delivered_bytes_total",
                "counter",
                "Bytes of these events before the transport's framing",
                stats.deliveredBytes());
        text.one(
                "pharos_lagging_cursors",
                "gauge",
                "Live subscribers that have not taken all there is",
                stats.lagging());
        text.one(
                "pharos_lost_cursors_total",
                "counter",
                "Times a subscriber was told that events were lost",
                stats.lost());
        text.one("pharos_log_events", "gauge", "Events kept in the log", size.events());
        text.one("pharos_log_bytes", "gauge", "Size of the events kept", size.bytes());
        text.one(
                "pharos_log_writable",
                "gauge",
                "1 while the log takes events, 0 while it does not",
                hub.log().fault() == null ? 1 : 0);
        text.family(
                "pharos_lane_delay_seconds",
                "gauge",
                "Longest wait of a lane between being woken and running of the last 10 to 20 seconds");
        text.line("pharos_lane_delay_seconds " + String.format(Locale.ROOT, "%.6f", stats.laneDelayNanos() / 1e9));
        return text.toString();
    }

    /** The lines of an exposition. */
    private static final class Text {
        private final StringBuilder lines = new StringBuilder(2048);

        void family(String name, String type, String help) {
            line("# HELP " + name + " " + help);
            line("# TYPE " + name + " " + type);
        }

        void one(String name, String type, String help, long value) {
            family(name, type, help);
            sample(name, value);
        }

        void sample(String series, long value) {
            line(series + " " + value);
        }

        void line(String line) {
            lines.append(line).append('\n');
        }

        @Override
        public String toString() {
            return lines.toString();
        }
    }
}
