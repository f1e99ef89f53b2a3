package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import org.jspecify.annotations.Nullable;

/** Events as JSON objects for the array of a poll's answer, which tells of losses by its state. */
record PollFormat() implements WireFormat {

    @Override
    public Encoded encode(Entry entry) {
        return Encoded.of(Json.object(json -> EventJson.write(json, entry)));
    }

    @Override
    public @Nullable Encoded encode(Notice notice) {
        return null;
    }
}
