package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.Encoded;
import dev.pharos.session.FrameCache;
import dev.pharos.session.Outgoing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/** Puts packets together to the body of the answer to a poll (protocol section "Packet encoding"). */
final class PayloadWriter {

    /** The packets of text messages, in one part: a framing. */
    static final UnaryOperator<Encoded> TEXTS = PayloadWriter::texts;

    /** The form of packets that have the mark between packets in them. */
    private static final Object INSEPARABLE = new Object();

    private PayloadWriter() {}

    /**
     * Whether the client finds the messages again as they were. The protocol has no escape for the mark between packets, so
     * that a text with one would come as two packets, the second of whatever type the text says.
     *
     * @param texts a cache of {@link #TEXTS}
     */
    @SuppressWarnings("ReferenceEquality") // forms are known by identity
    static boolean areSeparable(List<Outgoing> messages, FrameCache texts) {
        for (Outgoing message : messages) {
            if (message instanceof Outgoing.Text text
                    && texts.frame(text.messages()).form() == INSEPARABLE) {
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
     * All messages in order, and what follows them; the array may be that of other sessions too.
     *
     * @param more whole packets, or empty
     * @param texts a cache of {@link #TEXTS}
     */
    static byte[] payload(List<Outgoing> messages, String more, FrameCache texts) {
        if (messages.size() == 1 && more.isEmpty() && messages.getFirst() instanceof Outgoing.Text only) {
            return texts.frame(only.messages()).bytes();
        }
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
            separate(out);
            switch (message) {
                case Outgoing.Text text ->
                    out.writeBytes(texts.frame(text.messages()).bytes());
                case Outgoing.Binary binary -> {
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

    private static Encoded texts(Encoded messages) {
        byte[] bytes = new byte[messages.length() + 2 * messages.parts() - 1];
        int at = 0;
        for (int part = 0; part < messages.parts(); part++) {
            if (part > 0) {
                bytes[at++] = PayloadReader.SEPARATOR;
            }
            bytes[at++] = (byte) EnginePacket.Type.MESSAGE.code();
            int start = messages.start(part);
            int length = messages.end(part) - start;
            System.arraycopy(messages.bytes(), start, bytes, at, length);
            at += length;
        }
        Encoded packets = Encoded.of(bytes);
        return hasSeparator(messages) ? packets.in(INSEPARABLE) : packets;
    }

    private static void separate(ByteArrayOutputStream out) {
        if (out.size() > 0) {
            out.write(PayloadReader.SEPARATOR);
        }
    }
}
