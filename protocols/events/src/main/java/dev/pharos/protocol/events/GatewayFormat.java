package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;

/**
 * Events as frames of {@code pharos.v1}.
 *
 * @param subscription the client's name for the subscription; clients that use the same name share bytes
 */
record GatewayFormat(String subscription) implements WireFormat {

    @Override
    public Encoded encode(Entry entry) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "event");
            json.writeStringProperty("subscription", subscription);
            json.writeName("event");
            json.writeStartObject();
            EventJson.write(json, entry);
            json.writeEndObject();
        }));
    }

    @Override
    public Encoded encode(Notice notice) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "lost");
            json.writeStringProperty("subscription", subscription);
            json.writeStringProperty("lastEventId", notice.from().toString());
            if (notice.reason() != null) {
                json.writeStringProperty("reason", notice.reason());
            }
        }));
    }
}
