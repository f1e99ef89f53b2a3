package dev.pharos.server;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.protocol.events.EventLines;
import dev.pharos.protocol.socketio.SocketPackets;
import java.nio.charset.StandardCharsets;

/**
 * Events as packets of Socket.IO: {@code event} with the event in JSON and the name of the subscription.
 *
 * @param subscription the client's name for the subscription; clients that use the same name share bytes
 */
record SocketIoFormat(String subscription) implements WireFormat {

    @Override
    public Encoded encode(Entry entry) {
        return SocketPackets.event("/", "event", EventLines.write(entry), SocketPackets.json(subscription));
    }

    @Override
    public Encoded encode(Notice notice) {
        String reason = notice.reason();
        String lost = "{\"subscription\":%s,\"lastEventId\":\"%s\"%s}"
                .formatted(text(subscription), notice.from(), reason == null ? "" : ",\"reason\":" + text(reason));
        return SocketPackets.event("/", "lost", lost.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String value) {
        return new String(SocketPackets.json(value), StandardCharsets.UTF_8);
    }
}
