package dev.pharos.sse;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks of an event stream (WHATWG HTML, section 9.2 "Server-sent events").
 *
 * <p>Fields come in the order event, retry, data, id. Data is split at CR, LF and CRLF, so that no payload can forge a
 * field. Ids and types are trusted to hold no line break or NUL: events are checked when they are made. The id is last
 * because there are readers that take it before the event is whole; one whose connection is cut in the middle of the data
 * would not ask for that event again.
 */
public final class SseEncoder {

    /** A comment line: keeps a connection alive and dispatches nothing, not even in lenient readers. */
    public static final String COMMENT_HEARTBEAT = ":\n";

    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};

    private SseEncoder() {}

    /**
     * A dispatched event.
     *
     * @param type the {@code event} field, or null to leave it out
     * @param retry the {@code retry} field in milliseconds, or -1 to leave it out
     * @param id the {@code id} field, or null to leave it out
     */
    public static byte[] event(@Nullable String type, long retry, @Nullable String id, String data) {
        return block(head(type, retry), data, id == null ? "\n" : "id: " + id + "\n\n");
    }

    /** A dispatched event with the id ahead of the data, as readers of Mercure's streams know it. */
    public static byte[] eventIdFirst(@Nullable String type, long retry, String id, String data) {
        return block(head(type, retry) + "id: " + id + "\n", data, "\n");
    }

    private static byte[] block(String before, String data, String behind) {
        byte[] head = before.getBytes(StandardCharsets.UTF_8);
        byte[] tail = behind.getBytes(StandardCharsets.UTF_8);
        byte[] text = data.getBytes(StandardCharsets.UTF_8);
        boolean oneLine = data.indexOf('\n') < 0 && data.indexOf('\r') < 0;
        int lines = oneLine ? DATA.length + text.length + 1 : sizeOfLines(text);
        byte[] block = new byte[Math.addExact(head.length + tail.length, lines)];
        System.arraycopy(head, 0, block, 0, head.length);
        int at = oneLine ? line(text, 0, text.length, block, head.length) : lines(text, block, head.length);
        System.arraycopy(tail, 0, block, at, tail.length);
        return block;
    }

    /**
     * A block that moves the reader's last event id, and its reconnection time if {@code retry} is not -1, and dispatches
     * nothing in a reader that follows the standard.
     */
    public static String cursor(String id, long retry) {
        return (retry >= 0 ? "retry: " + retry + "\n" : "") + "id: " + id + "\n\n";
    }

    /** A block that sets the reconnection time in milliseconds and dispatches nothing. */
    public static String retry(long millis) {
        return "retry: " + millis + "\n\n";
    }

    private static String head(@Nullable String type, long retry) {
        if (type == null && retry < 0) {
            return ""; // as most events have it
        }
        return (type != null ? "event: " + type + "\n" : "") + (retry >= 0 ? "retry: " + retry + "\n" : "");
    }

    /** The bytes that {@link #lines} writes. In UTF-8, a byte that looks like a CR or LF is one. */
    private static int sizeOfLines(byte[] text) {
        int breaks = 0;
        int breakBytes = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n' || text[i] == '\r') {
                breaks++;
                breakBytes += breakLength(text, i);
                i += breakLength(text, i) - 1;
            }
        }
        return Math.addExact(text.length - breakBytes, Math.multiplyExact(breaks + 1, DATA.length + 1));
    }

    private static int lines(byte[] text, byte[] to, int start) {
        int at = start;
        int from = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n' || text[i] == '\r') {
                at = line(text, from, i, to, at);
                i += breakLength(text, i) - 1;
                from = i + 1;
            }
        }
        return line(text, from, text.length, to, at);
    }

    private static int breakLength(byte[] text, int at) {
        return text[at] == '\r' && at + 1 < text.length && text[at + 1] == '\n' ? 2 : 1;
    }

    private static int line(byte[] text, int from, int end, byte[] to, int start) {
        System.arraycopy(DATA, 0, to, start, DATA.length);
        int at = start + DATA.length;
        System.arraycopy(text, from, to, at, end - from);
        at += end - from;
        to[at] = '\n';
        return at + 1;
    }
}
