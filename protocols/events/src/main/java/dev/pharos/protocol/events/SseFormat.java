package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.sse.SseEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Events as blocks of an event stream.
 *
 * @param envelope whether the data is the event in JSON
 * @param control whether notices are events of type {@code pharos}; otherwise they are comments
 * @param heartbeatSeconds told in notices
 */
record SseFormat(boolean envelope, boolean control, int heartbeatSeconds) implements WireFormat {

    @Override
    public Encoded encode(Entry entry) {
        Event event = entry.event();
        String data = envelope
                ? new String(Json.object(json -> EventJson.write(json, entry)), StandardCharsets.UTF_8)
                : event.data();
        return Encoded.of(SseEncoder.event(event.type(), event.retry(), entry.id(), data));
    }

    @Override
    public Encoded encode(Notice notice) {
        return encode(notice, null, -1);
    }

    /**
     * A notice for one connection.
     *
     * @param connection what its reader renews it by, or null
     * @param expires when it ends unless that is done, in milliseconds since 1970; or -1
     */
    Encoded encode(Notice notice, @Nullable String connection, long expires) {
        if (!control) {
            return Encoded.of(": " + notice.state().word() + ": " + notice.reason() + "\n");
        }
        byte[] data = Json.object(json -> {
            json.writeStringProperty("state", notice.state().word());
            json.writeStringProperty("from", notice.from().toString());
            if (notice.replayed() >= 0) {
                json.writeNumberProperty("replayed", notice.replayed());
            }
            if (notice.reason() != null) {
                json.writeStringProperty("reason", notice.reason());
            }
            json.writeNumberProperty("heartbeat", heartbeatSeconds);
            if (connection != null) {
                json.writeStringProperty("connection", connection);
            }
            if (expires >= 0) {
                json.writeNumberProperty("expires", expires);
            }
        });
        return Encoded.of(SseEncoder.event(
                Event.HUB_TYPE, -1, notice.from().toString(), new String(data, StandardCharsets.UTF_8)));
    }
}
