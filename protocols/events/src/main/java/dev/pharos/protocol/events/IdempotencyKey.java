package dev.pharos.protocol.events;

import dev.pharos.http.Request;
import dev.pharos.log.Event;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher sends again with an event of which it does not know whether it arrived.
 *
 * <p>The header's value is the text itself or a quoted string of structured fields (RFC 8941, section 3.3.3), as
 * draft-ietf-httpapi-idempotency-key-header wants it.
 *
 * @param where what the client put it into, as messages name it
 * @param text 1 to 200 visible ASCII characters
 */
record IdempotencyKey(String where, String text) {

    private static final String HEADER = "Idempotency-Key";
    private static final int MOST = 200;
    private static final int MOST_NAME = 200;

    /** The key of a request, or null. */
    static @Nullable IdempotencyKey of(Request request) {
        String value = request.header(HEADER);
        if (value == null) {
            return null;
        }
        String where = "header '" + HEADER + "'";
        if (request.headers(HEADER).size() > 1) {
            throw new BadRequestException(where + " is there more than once");
        }
        return of(where, value.startsWith("\"") ? unquoted(where, value) : value);
    }

    /** A checked key. */
    static IdempotencyKey of(String where, String text) {
        boolean visible = !text.isEmpty();
        for (int i = 0; visible && i < text.length(); i++) {
            visible = text.charAt(i) > ' ' && text.charAt(i) < 0x7F;
        }
        if (!visible || text.length() > MOST) {
            throw new BadRequestException("%s has 1 to %d visible ASCII characters, got %d: '%s'"
                    .formatted(where, MOST, text.length(), SubscribeParameters.shown(text)));
        }
        return new IdempotencyKey(where, text);
    }

    private static String unquoted(String where, String value) {
        StringBuilder text = new StringBuilder(value.length());
        int i = 1;
        for (; i < value.length() && value.charAt(i) != '"'; i++) {
            boolean escape = value.charAt(i) == '\\';
            if (escape && ++i < value.length() && value.charAt(i) != '"' && value.charAt(i) != '\\') {
                break;
            }
            if (i < value.length()) {
                text.append(value.charAt(i));
            }
        }
        if (i != value.length() - 1 || value.charAt(i) != '"') {
            throw new BadRequestException(
                    where + " is text, or a string in quotes with \\\" and \\\\ for \" and \\, got "
                            + SubscribeParameters.shown(value));
        }
        return text.toString();
    }

    /** The key of one line of a batch, by its number from 1. */
    IdempotencyKey line(long number) {
        return new IdempotencyKey(where, text + "/" + number);
    }

    /** The number of the line that an event has its key from. */
    static long lineOf(Event event) {
        String stored = String.valueOf(event.idempotencyKey());
        return Long.parseLong(stored.substring(stored.lastIndexOf('/') + 1));
    }

    /** The event with this key. */
    Event on(Event event, @Nullable String publisher) {
        return new Event(
                event.id(),
                event.topics(),
                event.type(),
                event.data(),
                event.key(),
                event.isPrivate(),
                event.retry(),
                stored(publisher));
    }

    /** The key as the log has it: behind the name of its publisher, if there is one, and a space, which no key contains. */
    private String stored(@Nullable String publisher) {
        return publisher == null ? text : shortened(publisher) + " " + text;
    }

    /** Names may be as long as tokens; long ones stand for themselves by their hash. */
    private static String shortened(String publisher) {
        if (publisher.length() <= MOST_NAME) {
            return publisher;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(publisher.getBytes(StandardCharsets.UTF_8));
            return "sha-256 " + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** What a publisher is told who used it for two events. */
    String conflict() {
        return where + " is '" + SubscribeParameters.shown(text)
                + "', which was used before, for an event with another content";
    }
}
