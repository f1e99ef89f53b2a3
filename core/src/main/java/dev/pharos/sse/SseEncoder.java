package dev.pharos.sse;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks of an event stream (WHATWG HTML, section 9.2 "Server-sent events").
 *
 * <p>Fields come in the order event, retry, id, data. Data is split at CR, LF and CRLF, so that no payload can forge a
 * field. Ids and types are trusted to hold no line break or NUL: events are checked when they are made.
 */
public final class SseEncoder {

    /** A comment line: keeps a connection alive and dispatches nothing, not even in lenient readers. */
    public static final String COMMENT_HEARTBEAT = ":\n";

    private SseEncoder() {}

    /**
     * A dispatched event.
     *
     * @param type the {@code event} field, or null to leave it out
     * @param retry the {@code retry} field in milliseconds, or -1 to leave it out
     * @param id the {@code id} field, or null to leave it out
     */
    public static byte[] event(@Nullable String type, long retry, @Nullable String id, String data) {
        StringBuilder block = new StringBuilder(data.length() + 64);
        if (type != null) {
            block.append("event: ").append(type).append('\n');
        }
        if (retry >= 0) {
            block.append("retry: ").append(retry).append('\n');
        }
        if (id != null) {
            block.append("id: ").append(id).append('\n');
        }
        data(block, data);
        return block.append('\n').toString().getBytes(StandardCharsets.UTF_8);
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

    private static void data(StringBuilder block, String data) {
        int from = 0;
        int length = data.length();
        block.append("data: ");
        for (int i = 0; i < length; i++) {
            char c = data.charAt(i);
            if (c == '\n' || c == '\r') {
                block.append(data, from, i).append("\ndata: ");
                if (c == '\r' && i + 1 < length && data.charAt(i + 1) == '\n') {
                    i++;
                }
                from = i + 1;
            }
        }
        block.append(data, from, length).append('\n');
    }
}
