package dev.pharos.http;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A whole answer. The host sends no body for HEAD, 204 and 304, but says its length for HEAD.
 *
 * @param body owned by the response from here on; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record Response(int status, Headers headers, byte[] body) {

    private static final byte[] NOTHING = {};
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\x{80}-\\x{9F}\\x{2028}\\x{2029}]");
    private static final Headers PLAIN =
            Headers.of("Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store");

    /** An answer without a body. */
    public static Response empty(int status, Headers headers) {
        return new Response(status, headers, NOTHING);
    }

    /** A line of plain text; control characters, which would break the line or a terminal, are replaced. */
    public static Response text(int status, String line) {
        return new Response(
                status, PLAIN, (CONTROL.matcher(line).replaceAll("\uFFFD") + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** This answer with one more field. */
    public Response with(String name, String value) {
        return new Response(status, headers.with(name, value), body);
    }

    /** This answer with more fields. */
    public Response with(Headers more) {
        Headers all = headers.and(more);
        return all == headers ? this : new Response(status, all, body);
    }
}
