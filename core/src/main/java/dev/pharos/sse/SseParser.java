package dev.pharos.sse;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An incremental parser of event streams (WHATWG HTML, section 9.2.6 "Interpreting an event stream").
 *
 * <p>It takes the bytes in pieces of any size, cut anywhere, and tells its listener at once what is complete. It holds
 * at most the bytes of one line and of one event's data, beside an id and a type that came in lines. Malformed UTF-8
 * becomes U+FFFD, as in a browser. What the stream leaves incomplete at its end is dropped, as the standard demands:
 * there is no call for the end.
 *
 * <p>Not thread-safe. The listener is called within {@code feed} and must not feed in turn.
 */
public final class SseParser {

    /** The type of an event that names none. */
    public static final String DEFAULT_TYPE = "message";

    /** Buffers that grew larger than this are not kept for the next event. */
    private static final int KEPT = 16 * 1024;

    private static final byte[] NOTHING = {};

    private final Listener listener;
    private final int maxLine;
    private final int maxData;

    /** The beginning of a line whose end has not come yet. */
    private byte[] line = NOTHING;

    private int lineLength;
    private boolean firstLine = true;
    /** Whether the last byte was a CR, so that an LF now belongs to it. */
    private boolean afterReturn;

    private boolean failed;

    /** The lines of data so far, with an LF between each two. */
    private byte[] data = NOTHING;

    private int dataLength;
    private boolean hasData;
    private String type = "";
    private String id = "";
    private String lastEventId = "";

    /** Told of what a stream says, in its order. */
    @FunctionalInterface
    public interface Listener {

        /**
         * An event.
         *
         * @param type {@link SseParser#DEFAULT_TYPE} if it names none
         * @param lastEventId the id of this event or else of the last before it that had one; may be empty
         */
        void onEvent(String type, String data, String lastEventId);

        /** A block has ended that moved the last event id, to what may be empty, and is no event. */
        default void onId(String lastEventId) {}

        /** The reader shall wait so long before it reconnects. */
        default void onRetry(long millis) {}

        /** A comment; {@code text} is all that follows the colon. */
        default void onComment(String text) {}
    }

    /**
     * A parser at the beginning of a stream.
     *
     * @param maxLine the most bytes of a line, its end not counted
     * @param maxData the most bytes of an event's data, with one for each line break in it
     */
    public SseParser(Listener listener, int maxLine, int maxData) {
        this.listener = listener;
        this.maxLine = maxLine;
        this.maxData = maxData;
    }

    /** Begins a new stream: forgets what is incomplete, and continues with this last event id. */
    public void restart(String id) {
        line = NOTHING;
        lineLength = 0;
        firstLine = true;
        afterReturn = false;
        failed = false;
        resetBlock();
        this.id = id;
        lastEventId = id;
    }

    /** The id to reconnect with; empty if none was set. */
    public String lastEventId() {
        return lastEventId;
    }

    /**
     * Takes what remains in {@code bytes}.
     *
     * @throws SseException if a line or an event goes over its limit; until a {@link #restart} nothing can be fed then
     */
    public void feed(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            int length = bytes.remaining();
            bytes.position(bytes.limit());
            feed(bytes.array(), from, length);
            return;
        }
        byte[] piece = new byte[Math.min(bytes.remaining(), KEPT)];
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), piece.length);
            bytes.get(piece, 0, length);
            feed(piece, 0, length);
        }
    }

    /**
     * Takes bytes, which may change again once this returns.
     *
     * @throws SseException if a line or an event goes over its limit; until a {@link #restart} nothing can be fed then
     */
    public void feed(byte[] bytes, int offset, int length) {
        if (failed) {
            throw new IllegalStateException("the event stream went over a limit before, and was not restarted");
        }
        int end = offset + length;
        int from = offset;
        if (afterReturn && length > 0) {
            afterReturn = false;
            if (bytes[from] == '\n') {
                from++;
            }
        }
        for (int i = from; i < end; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                continue;
            }
            endLine(bytes, from, i);
            if (b == '\r') {
                if (i + 1 == end) {
                    afterReturn = true;
                } else if (bytes[i + 1] == '\n') {
                    i++;
                }
            }
            from = i + 1;
        }
        if (from < end) {
            hold(bytes, from, end);
        }
    }

    private void endLine(byte[] bytes, int from, int end) {
        if (lineLength == 0) {
            if (end - from > maxLine) {
                throw tooLong("a line", maxLine);
            }
            interpret(bytes, from, end);
            return;
        }
        hold(bytes, from, end);
        int length = lineLength;
        lineLength = 0;
        interpret(line, 0, length);
        if (line.length > KEPT) {
            line = NOTHING;
        }
    }

    private void hold(byte[] bytes, int from, int end) {
        int length = end - from;
        if (length > maxLine - lineLength) {
            throw tooLong("a line", maxLine);
        }
        line = room(line, lineLength, length, maxLine);
        System.arraycopy(bytes, from, line, lineLength, length);
        lineLength += length;
    }

    private void interpret(byte[] bytes, int start, int end) {
        int from = start;
        if (firstLine) {
            firstLine = false;
            if (end - from >= 3
                    && bytes[from] == (byte) 0xEF
                    && bytes[from + 1] == (byte) 0xBB
                    && bytes[from + 2] == (byte) 0xBF) {
                from += 3;
            }
        }
        if (from == end) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        if (colon == from) {
            listener.onComment(Utf8Lossy.decode(bytes, from + 1, end));
            return;
        }
        int value = Math.min(colon + 1, end);
        if (value < end && bytes[value] == ' ') {
            value++;
        }
        if (is("data", bytes, from, colon)) {
            addData(bytes, value, end);
        } else if (is("id", bytes, from, colon)) {
            setId(bytes, value, end);
        } else if (is("event", bytes, from, colon)) {
            type = Utf8Lossy.decode(bytes, value, end);
        } else if (is("retry", bytes, from, colon)) {
            retry(bytes, value, end);
        }
    }

    private void addData(byte[] bytes, int from, int end) {
        int length = end - from;
        int lineBreak = hasData ? 1 : 0;
        if (length > maxData - dataLength - lineBreak) {
            throw tooLong("an event's data", maxData);
        }
        data = room(data, dataLength, length + lineBreak, maxData);
        if (hasData) {
            data[dataLength++] = '\n';
        }
        System.arraycopy(bytes, from, data, dataLength, length);
        dataLength += length;
        hasData = true;
    }

    private void setId(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == 0) {
                return;
            }
        }
        id = Utf8Lossy.decode(bytes, from, end);
    }

    private void retry(byte[] bytes, int from, int end) {
        long millis = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return;
            }
            millis = millis > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * millis + digit;
        }
        if (end > from) {
            listener.onRetry(millis);
        }
    }

    private void dispatch() {
        boolean moved = !id.equals(lastEventId);
        lastEventId = id;
        if (hasData) {
            String text = Utf8Lossy.decode(data, 0, dataLength);
            String name = type.isEmpty() ? DEFAULT_TYPE : type;
            resetBlock();
            listener.onEvent(name, text, lastEventId);
        } else {
            resetBlock();
            if (moved) {
                listener.onId(lastEventId);
            }
        }
    }

    private void resetBlock() {
        type = "";
        hasData = false;
        dataLength = 0;
        if (data.length > KEPT) {
            data = NOTHING;
        }
    }

    private SseException tooLong(String what, int limit) {
        failed = true;
        return new SseException(what + " in the event stream is longer than " + limit + " bytes");
    }

    private static byte[] room(byte[] buffer, int used, int more, int max) {
        int needed = used + more;
        return needed <= buffer.length
                ? buffer
                : Arrays.copyOf(buffer, (int) Math.min(max, Math.max(needed, Math.max(256L, 2L * buffer.length))));
    }

    private static boolean is(String name, byte[] bytes, int from, int end) {
        if (end - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
