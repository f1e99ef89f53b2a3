package dev.pharos.host.netty;

import dev.pharos.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the heads of answers (RFC 9112 section 4); one per loop.
 */
final class ResponseHead {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final byte[][] STATUS_LINES = new byte[600][];
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    /** The largest beginning of a head that is kept, in bytes. */
    private static final int MOST_KEPT = 1024;

    private static final int CRLF = ('\r' << 8) | '\n';
    private static final int COLON = (':' << 8) | ' ';

    static {
        for (int status = 100; status < STATUS_LINES.length; status++) {
            STATUS_LINES[status] = ascii("HTTP/1.1 " + status + " " + Reasons.of(status) + "\r\n");
        }
    }

    private final InstantSource clock;
    private final BiConsumer<String, String> fields = this::field;
    private byte[] date = {};
    private long dateSecond = Long.MIN_VALUE;
    /** What the head written last began with, as nearly always the next one does, and room for what is different. */
    private final byte[] text = new byte[MOST_KEPT + 128];

    private int beginning;

    private int beginningStatus;
    private @Nullable Headers beginningHeaders;
    private @Nullable ByteBuf out;

    ResponseHead(InstantSource clock) {
        this.clock = clock;
    }

    /** How the body is delimited when it has no known length. */
    static final long UNTIL_CLOSE = -1;

    static final long IN_CHUNKS = -2;
    /** The answer has no body and no field about one. */
    static final long NO_BODY = -3;

    /**
     * Writes one head.
     *
     * @param length of the body in bytes, or one of the constants above
     * @param connection the Connection field to send
     */
    void write(ByteBuf to, int status, Headers headers, long length, Persistence connection) {
        byte[] now = date();
        if (headers != beginningHeaders || status != beginningStatus) {
            int from = to.writerIndex();
            to.writeBytes(statusLine(status));
            to.writeBytes(now);
            fields(to, headers);
            int size = to.writerIndex() - from;
            if (size > MOST_KEPT) {
                to.writeBytes(text, MOST_KEPT, end(MOST_KEPT, length, connection) - MOST_KEPT);
                return;
            }
            to.getBytes(from, text, 0, size);
            to.writerIndex(from);
            beginning = size;
            beginningStatus = status;
            beginningHeaders = headers;
        }
        to.writeBytes(text, 0, end(beginning, length, connection));
    }

    /** Puts what depends on the body into the text from an index on; gives the end of it. */
    private int end(int from, long length, Persistence connection) {
        int at = from;
        if (length >= 0) {
            at = decimal(put(LENGTH, at), length);
            text[at++] = '\r';
            text[at++] = '\n';
        } else if (length == IN_CHUNKS) {
            at = put(CHUNKED, at);
        }
        switch (connection) {
            case CLOSE -> at = put(CLOSE, at);
            case SAY_KEEP_ALIVE -> at = put(KEEP_ALIVE, at);
            case KEEP_ALIVE -> {}
        }
        text[at++] = '\r';
        text[at++] = '\n';
        return at;
    }

    private int put(byte[] bytes, int at) {
        System.arraycopy(bytes, 0, text, at, bytes.length);
        return at + bytes.length;
    }

    private int decimal(int at, long n) {
        int next = n < 10 ? at : decimal(at, n / 10);
        text[next] = (byte) ('0' + n % 10);
        return next + 1;
    }

    /** Writes the fields of {@code headers} that are not the host's own. */
    void fields(ByteBuf to, Headers headers) {
        out = to;
        headers.forEach(fields);
        out = null;
    }

    private void field(String name, String value) {
        ByteBuf to = out;
        if (to == null || ownedByHost(name)) {
            return;
        }
        ByteBufUtil.writeAscii(to, name);
        to.writeShort(COLON);
        to.writeCharSequence(value, StandardCharsets.ISO_8859_1);
        to.writeShort(CRLF);
    }

    private static boolean ownedByHost(String name) {
        return switch (name.length()) {
            case 4 -> name.equalsIgnoreCase("Date");
            case 10 -> name.equalsIgnoreCase("Connection");
            case 14 -> name.equalsIgnoreCase("Content-Length");
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
            default -> false;
        };
    }

    private static byte[] statusLine(int status) {
        if (status < 100 || status >= STATUS_LINES.length) {
            throw new IllegalArgumentException("status " + status + " is not in 100 to 599");
        }
        return STATUS_LINES[status];
    }

    private byte[] date() {
        long second = Math.floorDiv(clock.millis(), 1000);
        if (second != dateSecond) {
            dateSecond = second;
            beginningHeaders = null;
            date = ascii("Date: " + DATE.format(Instant.ofEpochSecond(second)) + "\r\n");
        }
        return date;
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the connection goes on after an answer, and whether that must be said. */
    enum Persistence {
        /** HTTP/1.1's default. */
        KEEP_ALIVE,
        /** To an HTTP/1.0 client that asked for it. */
        SAY_KEEP_ALIVE,
        /** The connection ends. */
        CLOSE
    }
}
