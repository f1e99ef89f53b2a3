package dev.pharos.protocol.events;

import dev.pharos.http.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The wrapping of a poll's answer for pages that can do no better than a {@code <script>}: a call of a function of the page.
 *
 * @param callback the function: names with dots between them
 */
record Jsonp(String callback) {

    static final Headers HEADERS = Headers.of(
            "Content-Type",
            "text/javascript; charset=utf-8",
            "Cache-Control",
            "no-store",
            "X-Content-Type-Options",
            "nosniff");

    private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*)*");
    private static final int MOST_CHARS = 128;

    /** Of this parameter. */
    static Jsonp of(String callback) {
        if (callback.length() > MOST_CHARS || !CALLBACK.matcher(callback).matches()) {
            throw new BadRequestException(
                    "parameter 'callback' is the name of a function, letters, digits, '_', '$' and"
                            + " dots between names, of at most " + MOST_CHARS + " characters, got '"
                            + SubscribeParameters.shown(callback) + "'");
        }
        return new Jsonp(callback);
    }

    /**
     * The call with this argument. It begins with a comment, so that nothing takes the answer for something that the caller
     * has chosen the first bytes of; line breaks that JSON allows and old JavaScript does not are escaped.
     */
    byte[] wrap(byte[] json) {
        ByteArrayOutputStream script = new ByteArrayOutputStream(json.length + callback.length() + 16);
        script.writeBytes(("/**/" + callback + "(").getBytes(StandardCharsets.US_ASCII));
        int end = json.length;
        while (end > 0 && json[end - 1] == '\n') {
            end--;
        }
        int from = 0;
        for (int i = 0; i + 2 < end; i++) {
            // U+2028 and U+2029 are E2 80 A8 and E2 80 A9
            if (json[i] == (byte) 0xE2 && json[i + 1] == (byte) 0x80 && (json[i + 2] & 0xFE) == 0xA8) {
                script.write(json, from, i - from);
                script.writeBytes(
                        (json[i + 2] == (byte) 0xA8 ? "\\u2028" : "\\u2029").getBytes(StandardCharsets.US_ASCII));
                from = i + 3;
            }
        }
        script.write(json, from, end - from);
        script.writeBytes(");\n".getBytes(StandardCharsets.US_ASCII));
        return script.toByteArray();
    }
}
