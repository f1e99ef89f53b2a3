package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A Socket.IO packet as it goes to any number of sessions: text and the attachments that follow it. Immutable.
 *
 * @param text one part: a message of a session
 */
record EncodedPacket(Encoded text, List<byte[]> attachments) {

    /** An event or acknowledgement, binary if there are bytes in its arguments. */
    static EncodedPacket of(Packet.Type type, String namespace, long id, List<? extends @Nullable Object> arguments) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream(128);
        List<byte[]> attachments = new ArrayList<>(0);
        try (JsonGenerator json = Json.generator(payload)) {
            Json.Writer writer = new Json.Writer(json, attachments);
            json.writeStartArray();
            for (Object argument : arguments) {
                writer.value(argument);
            }
            json.writeEndArray();
        }
        Packet.Type written = attachments.isEmpty()
                ? type
                : type == Packet.Type.EVENT ? Packet.Type.BINARY_EVENT : Packet.Type.BINARY_ACK;
        return new EncodedPacket(
                text(head(written, attachments.size(), namespace, id), payload.toByteArray()),
                List.copyOf(attachments));
    }

    /** A packet whose payload is one value. */
    static EncodedPacket single(Packet.Type type, String namespace, @Nullable Object payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        try (JsonGenerator json = Json.generator(out)) {
            new Json.Writer(json, new ArrayList<>(0)).value(payload);
        }
        return new EncodedPacket(text(head(type, 0, namespace, Packet.NO_ID), out.toByteArray()), List.of());
    }

    /** A packet without a payload. */
    static EncodedPacket bare(Packet.Type type, String namespace) {
        return new EncodedPacket(text(head(type, 0, namespace, Packet.NO_ID), new byte[0]), List.of());
    }

    private static Encoded text(String head, byte[] payload) {
        byte[] begin = head.getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(begin, begin.length + payload.length);
        System.arraycopy(payload, 0, all, begin.length, payload.length);
        return Encoded.of(all);
    }

    /** What comes before the payload. */
    static String head(Packet.Type type, int attachments, String namespace, long id) {
        StringBuilder head = new StringBuilder(32).append(type.code());
        if (type.isBinary()) {
            head.append(attachments).append('-');
        }
        if (!namespace.equals(Packet.MAIN)) {
            head.append(namespace).append(',');
        }
        if (id != Packet.NO_ID) {
            head.append(id);
        }
        return head.toString();
    }
}
