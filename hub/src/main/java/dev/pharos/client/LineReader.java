package dev.pharos.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into lines at LF and CRLF, holding at most one line.
 *
 * <p>The last line counts also without an end. Bytes that are not UTF-8 become U+FFFD. Used by one thread.
 */
final class LineReader {

    /** A line of input. */
    sealed interface Line {}

    /** A whole line, without its end. */
    record Text(String text) implements Line {}

    /** A line longer than the limit; its content was dropped. */
    record TooLong() implements Line {}

    private final InputStream in;
    private final int limit;
    private final byte[] block = new byte[64 * 1024];
    private int at;
    private int end;
    private byte[] part = new byte[256];
    private int partLength;
    private boolean tooLong;

    /** Lines of {@code in} of at most {@code limit} bytes. */
    LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The next line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        while (true) {
            if (at == end) {
                end = in.read(block);
                at = 0;
                if (end <= 0) {
                    end = 0;
                    return partLength > 0 || tooLong ? take() : null;
                }
            }
            int from = at;
            while (at < end && block[at] != '\n') {
                at++;
            }
            append(from, at - from);
            if (at < end) {
                at++;
                return take();
            }
        }
    }

    private void append(int from, int length) {
        if (tooLong || length > limit + 1 - partLength) { // one more for the CR of a CRLF
            tooLong = true;
            return;
        }
        if (part.length < partLength + length) {
            part = Arrays.copyOf(part, Math.max(partLength + length, Math.min(limit + 1, part.length * 2)));
        }
        System.arraycopy(block, from, part, partLength, length);
        partLength += length;
    }

    private Line take() {
        int length = partLength;
        if (length > 0 && part[length - 1] == '\r') {
            length--;
        }
        boolean dropped = tooLong || length > limit;
        partLength = 0;
        tooLong = false;
        return dropped ? new TooLong() : new Text(new String(part, 0, length, StandardCharsets.UTF_8));
    }
}
