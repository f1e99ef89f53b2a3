package dev.pharos.host.netty;

import dev.pharos.http.UploadMemory;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a client's frames apart and puts messages together (RFC 6455 sections 5 and 8.1).
 *
 * <p>Payload is unmasked once, into the message it belongs to; text is checked as it comes. Memory grows with the bytes
 * that have arrived, not with what a frame announces; what a message under way takes between two reads, beyond a little, is
 * taken from what all have together. After {@link Sink#onBroken} nothing more is read.
 */
final class FrameReader {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};
    private static final int FIRST_SIZE = 256;

    private final Sink sink;
    private final UploadMemory memory;
    /** What is taken of the memory. */
    private int held;

    private final int maxMessage;
    private final int maxFragments;
    private final Utf8 utf8 = new Utf8();

    private Step step = Step.FIRST;
    private boolean last;
    private int opcode;
    /** The bytes of the length or mask still to come. */
    private int headBytes;

    private long remaining;
    private int mask;

    /** The opcode of the message under way, or 0. */
    private int messageOpcode;

    private int fragments;
    private byte[] message = NOTHING;
    private int length;
    private byte[] control = NOTHING;
    private int controlLength;

    private enum Step {
        FIRST,
        SECOND,
        LENGTH,
        MASK,
        PAYLOAD,
        BROKEN
    }

    /** Takes what was read. */
    interface Sink {

        /** Whether the next message is wanted now. */
        boolean wantsMore();

        void onText(String text);

        /** The bytes are the reader's again afterwards. */
        void onBinary(ByteBuffer bytes);

        void onPing(byte[] payload, int length);

        /** The peer closes with this code, or 1005 when it gave none. */
        void onClose(int code, String reason);

        /** The peer broke a rule or a limit; {@code code} says which kind. */
        void onBroken(int code, String sentence);
    }

    FrameReader(Sink sink, UploadMemory memory, int maxMessage, int maxFragments) {
        this.sink = sink;
        this.memory = memory;
        this.maxMessage = maxMessage;
        this.maxFragments = maxFragments;
    }

    /** Reads until the bytes are used up, the sink wants no more, or a rule is broken. */
    void read(ByteBuf in) {
        while (in.isReadable() && step != Step.BROKEN) {
            switch (step) {
                case FIRST -> {
                    if (!sink.wantsMore()) {
                        hold();
                        return;
                    }
                    first(in.readByte());
                }
                case SECOND -> second(in.readByte());
                case LENGTH -> {
                    remaining = (remaining << 8) | in.readUnsignedByte();
                    if (--headBytes == 0) {
                        lengthKnown();
                    }
                }
                case MASK -> {
                    mask = (mask << 8) | in.readUnsignedByte();
                    if (--headBytes == 0) {
                        step = Step.PAYLOAD;
                        if (remaining == 0) {
                            frameEnd();
                        }
                    }
                }
                case PAYLOAD -> payload(in);
                case BROKEN -> {}
            }
        }
        hold();
    }

    /** Takes room for the message under way. */
    private void hold() {
        int more = UploadMemory.share(message.length) - held;
        if (more > 0) {
            if (memory.take(more)) {
                held += more;
            } else {
                broken(1013, "there is no memory for more large messages now");
            }
        }
    }

    private void drop() {
        message = NOTHING;
        length = 0;
        if (held > 0) {
            memory.give(held);
            held = 0;
        }
    }

    /** Gives back what it holds, since nothing more comes. */
    void end() {
        step = Step.BROKEN;
        drop();
    }

    private void first(int b) {
        last = (b & 0x80) != 0;
        opcode = b & 0x0F;
        if ((b & 0x70) != 0) {
            broken(1002, "reserved bits are set, but no extension was agreed on");
        } else if (opcode > WebSocketFrames.PONG
                || (opcode > WebSocketFrames.BINARY && opcode < WebSocketFrames.CLOSE)) {
            broken(1002, "opcode " + opcode + " is reserved");
        } else if (isControl()) {
            if (last) {
                step = Step.SECOND;
            } else {
                broken(1002, "a control frame is fragmented");
            }
        } else if ((opcode == WebSocketFrames.CONTINUATION) != (messageOpcode != 0)) {
            broken(
                    1002,
                    messageOpcode == 0 ? "a continuation continues nothing" : "a message begins within another one");
        } else {
            if (opcode != WebSocketFrames.CONTINUATION) {
                messageOpcode = opcode;
            }
            if (++fragments > maxFragments) {
                broken(1009, "the message has more than " + maxFragments + " fragments");
            } else {
                step = Step.SECOND;
            }
        }
    }

    private boolean isControl() {
        return opcode >= WebSocketFrames.CLOSE;
    }

    private void second(int b) {
        int shortLength = b & 0x7F;
        if ((b & 0x80) == 0) {
            broken(1002, "a client's frame is not masked");
        } else if (isControl() && shortLength > WebSocketFrames.CONTROL_LIMIT) {
            broken(1002, "a control frame is longer than " + WebSocketFrames.CONTROL_LIMIT + " bytes");
        } else if (shortLength < 126) {
            remaining = shortLength;
            lengthKnown();
        } else {
            remaining = 0;
            headBytes = shortLength == 126 ? 2 : 8;
            step = Step.LENGTH;
        }
    }

    private void lengthKnown() {
        if (remaining < 0) {
            broken(1002, "the length of a frame is negative");
        } else if (!isControl() && remaining > maxMessage - length) {
            broken(1009, "the message is longer than " + maxMessage + " bytes");
        } else {
            mask = 0;
            headBytes = 4;
            step = Step.MASK;
        }
    }

    private void payload(ByteBuf in) {
        int n = (int) Math.min(remaining, in.readableBytes());
        remaining -= n;
        if (isControl()) {
            if (control.length == 0) {
                control = new byte[WebSocketFrames.CONTROL_LIMIT];
            }
            unmask(in, control, controlLength, n);
            controlLength += n;
        } else {
            reserve(n);
            unmask(in, message, length, n);
            if (messageOpcode == WebSocketFrames.TEXT && !utf8.check(message, length, length + n)) {
                broken(1007, "a text message is not UTF-8");
                return;
            }
            length += n;
        }
        if (remaining == 0) {
            frameEnd();
        }
    }

    private void reserve(int n) {
        int needed = length + n;
        if (needed > message.length) {
            long room = last && opcode != WebSocketFrames.CONTINUATION && remaining == 0
                    ? needed
                    : Math.max(FIRST_SIZE, Math.max(needed, 2L * message.length));
            message = Arrays.copyOf(message, (int) Math.min(room, maxMessage));
        }
    }

    private void unmask(ByteBuf in, byte[] to, int at, int n) {
        in.readBytes(to, at, n);
        long twice = ((mask & 0xFFFFFFFFL) << 32) | (mask & 0xFFFFFFFFL);
        int i = 0;
        for (; i + 8 <= n; i += 8) {
            LONGS.set(to, at + i, (long) LONGS.get(to, at + i) ^ twice);
        }
        for (int key = mask; i < n; i++) {
            key = Integer.rotateLeft(key, 8);
            to[at + i] ^= (byte) key;
        }
        mask = Integer.rotateLeft(mask, 8 * (n & 3));
    }

    private void frameEnd() {
        step = Step.FIRST;
        if (isControl()) {
            int n = controlLength;
            controlLength = 0;
            switch (opcode) {
                case WebSocketFrames.PING -> sink.onPing(control, n);
                case WebSocketFrames.CLOSE -> close(n);
                default -> {}
            }
        } else if (last) {
            messageEnd();
        }
    }

    private void messageEnd() {
        byte[] bytes = message;
        int n = length;
        boolean text = messageOpcode == WebSocketFrames.TEXT;
        drop();
        fragments = 0;
        messageOpcode = 0;
        if (!text) {
            sink.onBinary(ByteBuffer.wrap(bytes, 0, n));
        } else if (utf8.complete()) {
            sink.onText(new String(bytes, 0, n, StandardCharsets.UTF_8));
        } else {
            broken(1007, "a text message ends within a character");
        }
    }

    private void close(int n) {
        step = Step.BROKEN;
        if (n == 0) {
            sink.onClose(1005, "");
            return;
        }
        int code = n == 1 ? 0 : ((control[0] & 0xFF) << 8) | (control[1] & 0xFF);
        Utf8 reason = new Utf8();
        if (n == 1 || !WebSocketFrames.validCloseCode(code)) {
            broken(1002, n == 1 ? "a Close frame has half a code" : "close code " + code + " may not be sent");
        } else if (!reason.check(control, 2, n) || !reason.complete()) {
            broken(1007, "the reason in a Close frame is not UTF-8");
        } else {
            sink.onClose(code, new String(control, 2, n - 2, StandardCharsets.UTF_8));
        }
    }

    private void broken(int code, String sentence) {
        step = Step.BROKEN;
        drop();
        sink.onBroken(code, sentence);
    }
}
