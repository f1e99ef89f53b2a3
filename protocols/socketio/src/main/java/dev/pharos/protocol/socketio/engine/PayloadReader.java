package dev.pharos.protocol.socketio.engine;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The packets of the body of a {@code POST}, one after the other (protocol section "Packet encoding").
 *
 * <p>They are separated by U+001E; one that begins with {@code b} is a message of bytes in base64. Nothing is held but the
 * body itself.
 */
final class PayloadReader {

    static final char SEPARATOR = '\u001E';

    private final String body;
    private int at;

    /**
     * Begins at the first packet.
     *
     * @throws MalformedPacketException when the body is not UTF-8
     */
    PayloadReader(byte[] body) {
        try {
            this.body = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new MalformedPacketException("the payload is not valid UTF-8");
        }
    }

    /** Whether there is another packet. */
    boolean hasMore() {
        return at <= body.length();
    }

    /** About how many bytes are left. */
    int left() {
        return Math.max(0, body.length() - at);
    }

    /**
     * The next packet, or null behind the last.
     *
     * @throws MalformedPacketException when it is none
     */
    @Nullable
    EnginePacket next() {
        if (!hasMore()) {
            return null;
        }
        int end = body.indexOf(SEPARATOR, at);
        int to = end < 0 ? body.length() : end;
        int from = at;
        at = to + 1;
        return from < to && body.charAt(from) == 'b'
                ? new EnginePacket.Binary(base64(body.substring(from + 1, to)))
                : EnginePacket.text(body, from, to);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedPacketException("a binary packet is not valid base64");
        }
    }
}
