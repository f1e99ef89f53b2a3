package dev.pharos.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A client of one WebSocket connection (RFC 6455) that sends any frames and reads frames as they come.
 *
 * <p>Blocking, with the time-outs of the {@link RawHttp} it was opened on. It answers nothing by itself.
 */
public final class RawWebSocket implements AutoCloseable {

    /** The opcode of a further fragment. */
    public static final int CONTINUATION = 0x0;
    /** The opcode of a text message. */
    public static final int TEXT = 0x1;
    /** The opcode of a binary message. */
    public static final int BINARY = 0x2;
    /** The opcode of a close. */
    public static final int CLOSE = 0x8;
    /** The opcode of a ping. */
    public static final int PING = 0x9;
    /** The opcode of a pong. */
    public static final int PONG = 0xA;

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final byte[] MASK = {0x5a, (byte) 0xc3, 0x17, (byte) 0xe8};

    private final RawHttp http;
    private final RawHttp.Head head;

    private RawWebSocket(RawHttp http, RawHttp.Head head) {
        this.http = http;
        this.head = head;
    }

    /** Does the handshake on a fresh connection; anything but a proper 101 is an exception. */
    public static RawWebSocket open(RawHttp http, String target, String... lines) throws IOException {
        sendHandshake(http, target, lines);
        return accept(http);
    }

    /** Sends the handshake and does not wait for its answer. */
    public static void sendHandshake(RawHttp http, String target, String... lines) throws IOException {
        String[] all = new String[lines.length + 4];
        all[0] = "Upgrade: websocket";
        all[1] = "Connection: Upgrade";
        all[2] = "Sec-WebSocket-Key: " + KEY;
        all[3] = "Sec-WebSocket-Version: 13";
        System.arraycopy(lines, 0, all, 4, lines.length);
        http.get(target, all);
    }

    /** Reads the answer to a handshake; anything but a proper 101 is an exception. */
    public static RawWebSocket accept(RawHttp http) throws IOException {
        RawHttp.Head head = http.readHead();
        if (head.status() != 101
                || !"websocket".equalsIgnoreCase(head.get("Upgrade"))
                || !"upgrade".equalsIgnoreCase(head.get("Connection"))
                || !acceptOf(KEY).equals(head.get("Sec-WebSocket-Accept"))) {
            throw new IOException("the handshake was answered by " + head);
        }
        return new RawWebSocket(http, head);
    }

    private static String acceptOf(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** The 101. */
    public RawHttp.Head head() {
        return head;
    }

    /** The connection below. */
    public RawHttp http() {
        return http;
    }

    /** Sends a text message in one frame. */
    public RawWebSocket text(String message) throws IOException {
        return send(true, TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a binary message in one frame. */
    public RawWebSocket binary(byte[] message) throws IOException {
        return send(true, BINARY, message);
    }

    /** Sends a ping. */
    public RawWebSocket ping(String payload) throws IOException {
        return send(true, PING, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a close with a code and a reason. */
    public RawWebSocket sendClose(int code, String reason) throws IOException {
        return send(true, CLOSE, closePayload(code, reason));
    }

    /** Sends one masked frame. */
    public RawWebSocket send(boolean fin, int opcode, byte[] payload) throws IOException {
        return sendRaw(frame((fin ? 0x80 : 0) | opcode, payload, true));
    }

    /** Sends bytes as they are. */
    public RawWebSocket sendRaw(byte[] bytes) throws IOException {
        http.send(bytes);
        return this;
    }

    /** The bytes of a frame: its first byte as it is, its payload masked or not. */
    public static byte[] frame(int first, byte[] payload, boolean masked) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        int mask = masked ? 0x80 : 0;
        frame.write(first);
        if (payload.length < 126) {
            frame.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(mask | 126);
            frame.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(mask | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        if (!masked) {
            frame.writeBytes(payload);
            return frame.toByteArray();
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    /** The payload of a close. */
    public static byte[] closePayload(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    /** Reads one frame; a masked one is an exception. */
    public Frame read() throws IOException {
        byte[] start = http.readBytes(2);
        if ((start[1] & 0x80) != 0) {
            throw new IOException("a server must not mask its frames");
        }
        long length = start[1] & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(http.readBytes(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = ByteBuffer.wrap(http.readBytes(8)).getLong();
        }
        byte[] payload = http.readBytes(Math.toIntExact(length));
        return new Frame((start[0] & 0x80) != 0, (start[0] >> 4) & 7, start[0] & 0x0f, payload);
    }

    /** Reads one message, of one or more fragments, without pings between them. */
    public Frame readMessage() throws IOException {
        Frame first = read();
        if (first.fin()) {
            return first;
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(first.payload());
        for (Frame next = read(); ; next = read()) {
            payload.writeBytes(next.payload());
            if (next.fin()) {
                return new Frame(true, first.reserved(), first.opcode(), payload.toByteArray());
            }
        }
    }

    /** Ends the connection without a closing handshake. */
    @Override
    public void close() throws IOException {
        http.close();
    }

    /** One frame: its flags, opcode and payload. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(boolean fin, int reserved, int opcode, byte[] payload) {

        /** The payload as UTF-8. */
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The code of a close, or 1005 when it has none. */
        public int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        /** The reason of a close. */
        public String closeReason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }
}
