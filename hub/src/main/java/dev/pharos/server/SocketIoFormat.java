package dev.pharos.server;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.protocol.events.EventLines;
import dev.pharos.protocol.socketio.SocketPackets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Events as packets of Socket.IO: {@code event} with the event in JSON and the name of the subscription.
 *
 * @param subscription the client's name for the subscription; clients that use the same name share bytes
 * @param withOffsets whether each has its offset in the {@link Trail} as one more argument
 */
record SocketIoFormat(String subscription, boolean withOffsets) implements WireFormat {

    @Override
    public Encoded encode(Entry entry) {
        return packet("event", entry.position(), EventLines.write(entry), SocketPackets.json(subscription));
    }

    @Override
    public Encoded encode(Notice notice) {
        String reason = notice.reason();
        String lost = "{\"subscription\":%s,\"lastEventId\":\"%s\"%s}"
                .formatted(text(subscription), notice.from(), reason == null ? "" : ",\"reason\":" + text(reason));
        return packet("lost", notice.from().position(), lost.getBytes(StandardCharsets.UTF_8));
    }

    private Encoded packet(String event, long position, byte[]... arguments) {
        if (!withOffsets) {
            return SocketPackets.event("/", event, arguments);
        }
        byte[][] more = Arrays.copyOf(arguments, arguments.length + 1);
        more[arguments.length] = SocketPackets.json(Trail.offset(position, subscription));
        return SocketPackets.event("/", event, more);
    }

    private static String text(String value) {
        return new String(SocketPackets.json(value), StandardCharsets.UTF_8);
    }
}
