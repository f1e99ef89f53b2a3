package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Encodes events once for many sockets, to be sent by {@link Socket#send}. */
public final class SocketPackets {

    private SocketPackets() {}

    /**
     * An event whose arguments are JSON already.
     *
     * @param namespace the name of the namespace it is for
     * @param arguments each one value in UTF-8; not checked
     */
    public static Encoded event(String namespace, String event, byte[]... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(EncodedPacket.head(Packet.Type.EVENT, 0, namespace, Packet.NO_ID)
                .getBytes(StandardCharsets.UTF_8));
        out.write('[');
        out.writeBytes(json(event));
        for (byte[] argument : arguments) {
            out.write(',');
            out.writeBytes(argument);
        }
        out.write(']');
        return Encoded.of(out.toByteArray());
    }

    /** A value as JSON in UTF-8: null, a text, boolean or number, or lists and maps of them. */
    public static byte[] json(@Nullable Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32);
        ArrayList<byte[]> attachments = new ArrayList<>(0);
        try (JsonGenerator json = Json.generator(out)) {
            new Json.Writer(json, attachments).value(value);
        }
        if (!attachments.isEmpty()) {
            throw new IllegalArgumentException("bytes are no JSON");
        }
        return out.toByteArray();
    }
}
