package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * The frames a server sends: unmasked, not fragmented (RFC 6455 section 5.2).
 */
final class WebSocketFrames {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** The longest payload of a control frame. */
    static final int CONTROL_LIMIT = 125;

    private WebSocketFrames() {}

    /** Writes the head of a final frame. */
    static void head(ByteBuf to, int opcode, int length) {
        to.writeByte(0x80 | opcode);
        if (length <= CONTROL_LIMIT) {
            to.writeByte(length);
        } else if (length <= 0xFFFF) {
            to.writeByte(126);
            to.writeShort(length);
        } else {
            to.writeByte(127);
            to.writeLong(length);
        }
    }

    /** Writes a Close frame; the reason is cut at a character boundary to what fits. */
    static void close(ByteBuf to, int code, String reason) {
        ByteBuf text = Unpooled.buffer(ByteBufUtil.utf8Bytes(reason));
        ByteBufUtil.writeUtf8(text, reason);
        int length = Math.min(text.readableBytes(), CONTROL_LIMIT - 2);
        while (length < text.readableBytes() && (text.getByte(length) & 0xC0) == 0x80) {
            length--;
        }
        head(to, CLOSE, 2 + length);
        to.writeShort(code);
        to.writeBytes(text, length);
    }

    /** Whether a peer may send this close code (RFC 6455 section 7.4 and the IANA registry). */
    static boolean validCloseCode(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code <= 4999);
    }
}
