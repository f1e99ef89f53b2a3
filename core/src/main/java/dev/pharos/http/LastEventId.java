package dev.pharos.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The header by which readers of event streams tell where they are (WHATWG HTML, section 9.2.4). */
public final class LastEventId {

    /** Its name. */
    public static final String HEADER = "Last-Event-ID";

    private LastEventId() {}

    /** The id in a request, maybe empty, or null when there is none. */
    public static @Nullable String of(Request request) {
        String field = request.header(HEADER);
        return field == null ? null : decoded(field);
    }

    /** Browsers send an id in UTF-8, and hosts read header fields as ISO-8859-1. */
    private static String decoded(String field) {
        if (field.chars().allMatch(c -> c < 0x80) || field.chars().anyMatch(c -> c > 0xFF)) {
            return field;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(field.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException latin) {
            return field;
        }
    }

    /** An id as a header field that comes back as it is. */
    public static String encoded(String id) {
        return id.chars().allMatch(c -> c < 0x80)
                ? id
                : new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
