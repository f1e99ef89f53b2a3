package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.Encoded;
import dev.pharos.session.Outgoing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;

/** Puts packets together to the body of the answer to a poll (protocol section "Packet encoding"). */
final class PayloadWriter {

    private PayloadWriter() {}

    /**
     * Whether the client finds the messages again as they were. The protocol has no escape for the mark between packets, so
     * that a text with one would come as two packets, the second of whatever type the text says.
     */
    static boolean areSeparable(Collection<? extends Outgoing> messages) {
        for (Outgoing message : messages) {
            if (message instanceof Outgoing.Text text && hasSeparator(text.messages())) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasSeparator(Encoded messages) {
        byte[] bytes = messages.bytes();
        int end = messages.end(messages.parts() - 1);
        for (int i = messages.start(0); i < end; i++) {
            if (bytes[i] == PayloadReader.SEPARATOR) {
                return true;
            }
        }
        return false;
    }

    /**
     * All messages in order, and what follows them.
     *
     * @param more whole packets, or empty
     */
    static byte[] payload(Collection<? extends Outgoing> messages, String more) {
        int size = 1 + more.length();
        for (Outgoing message : messages) {
            size += switch (message) {
                case Outgoing.Text text ->
                    text.messages().length() + 2 * text.messages().parts();
                case Outgoing.Binary binary -> 2 + 4 * Math.ceilDiv(binary.message().length, 3);
            };
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        for (Outgoing message : messages) {
            switch (message) {
                case Outgoing.Text text -> texts(text.messages(), out);
                case Outgoing.Binary binary -> {
                    separate(out);
                    out.write('b');
                    out.writeBytes(Base64.getEncoder().encode(binary.message()));
                }
            }
        }
        if (!more.isEmpty()) {
            separate(out);
            out.writeBytes(more.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static void texts(Encoded messages, ByteArrayOutputStream out) {
        for (int part = 0; part < messages.parts(); part++) {
            separate(out);
            out.write(EnginePacket.Type.MESSAGE.code());
            int start = messages.start(part);
            out.write(messages.bytes(), start, messages.end(part) - start);
        }
    }

    private static void separate(ByteArrayOutputStream out) {
        if (out.size() > 0) {
            out.write(PayloadReader.SEPARATOR);
        }
    }
}
