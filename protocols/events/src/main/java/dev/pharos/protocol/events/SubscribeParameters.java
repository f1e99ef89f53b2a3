package dev.pharos.protocol.events;

import dev.pharos.http.LastEventId;
import dev.pharos.http.Parameters;
import dev.pharos.http.Request;
import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a GET asks for.
 *
 * @param start where to begin; its cursor is null when none came in, not even an empty one
 * @param cursorBlocks whether the reader follows the standard, so that a block with only an id moves its last event id
 *     and dispatches nothing
 * @param waitSeconds how long a poll may wait for the first event
 * @param padding whether the stream begins with bytes that nobody needs, for readers that look at nothing before
 * @param jsonp how a poll's answer is wrapped, or null
 */
record SubscribeParameters(
        Selectors selectors,
        DeliveryMode mode,
        Start start,
        boolean envelope,
        boolean control,
        boolean cursorBlocks,
        int waitSeconds,
        boolean padding,
        @Nullable Jsonp jsonp) {

    static final int MOST_PARAMETERS = 1_000;
    static final int MOST_LAST = 10_000;

    private static final int DEFAULT_WAIT = 25;
    private static final int MOST_WAIT = 60;
    private static final int MOST_CURSOR = 4_096;
    private static final int MOST_SHOWN = 64;
    /** The preference of RFC 7240 section 4.3, whose value is a token or a quoted string. */
    private static final Pattern WAIT =
            Pattern.compile("\\s*wait\\s*=\\s*\"?([0-9]{1,6})\"?\\s*(;.*)?", Pattern.CASE_INSENSITIVE);
    /** The names readers send their cursor by in a query. */
    private static final Set<String> CURSOR_NAMES =
            Set.of("lastEventId", "lastEventID", "Last-Event-ID", "last_event_id");

    static SubscribeParameters of(Request request, Limits limits) {
        return of(request, Parameters.NONE, limits);
    }

    /** The same of a QUERY, whose body has parameters too: its selectors are more of them, and of others the URL's count. */
    static SubscribeParameters of(Request request, Parameters body, Limits limits) {
        Parameters url = Parameters.ofQuery(request.query(), MOST_PARAMETERS);
        Parameters query = url.and(body);
        List<String> topics = query.all("topic");
        if (topics.isEmpty()) {
            throw new BadRequestException("parameter 'topic' is missing: say what to read, such as ?topic=news");
        }
        boolean control = flag(query, "control", false);
        Start start = new Start(cursor(request, url, body), whole(query, "last", 0, MOST_LAST), control);
        return new SubscribeParameters(
                selectors(topics, limits),
                mode(query.first("deliver")),
                start,
                envelope(query.first("envelope")),
                control,
                flag(query, "cursor", saysNoCache(request)),
                waitSeconds(request, query),
                padding(query),
                jsonp(query.first("callback")));
    }

    /** Whether a stream is to begin with padding. */
    static boolean padding(Parameters query) {
        return flag(query, "padding", false);
    }

    private static @Nullable Jsonp jsonp(@Nullable String callback) {
        return callback == null ? null : Jsonp.of(callback);
    }

    static Selectors selectors(List<String> topics, Limits limits) {
        try {
            return Selectors.of(topics, limits);
        } catch (InvalidSelectorException invalid) {
            throw new BadRequestException(String.valueOf(invalid.getMessage()));
        }
    }

    static DeliveryMode mode(@Nullable String word) {
        if (word == null) {
            return DeliveryMode.ALL;
        }
        for (DeliveryMode mode : DeliveryMode.values()) {
            if (mode.word().equals(word)) {
                return mode;
            }
        }
        throw new BadRequestException("parameter 'deliver' is all, latest or latest-by-key, got '" + shown(word) + "'");
    }

    /** The header, else the last of the query's values: a native EventSource repeats its URL when it reconnects. */
    private static @Nullable String cursor(Request request, Parameters url, Parameters body) {
        String cursor = LastEventId.of(request);
        if (cursor == null || cursor.isEmpty()) {
            String last = lastCursor(url);
            last = last == null ? lastCursor(body) : last;
            cursor = last == null ? cursor : last;
        }
        return checkedCursor(cursor);
    }

    private static @Nullable String lastCursor(Parameters parameters) {
        String[] last = new String[1];
        parameters.forEach((name, value) -> {
            if (CURSOR_NAMES.contains(name)) {
                last[0] = value;
            }
        });
        return last[0];
    }

    static @Nullable String checkedCursor(@Nullable String cursor) {
        if (cursor != null && cursor.length() > MOST_CURSOR) {
            throw new BadRequestException("parameter 'lastEventId' has %d characters, but an id has at most %d"
                    .formatted(cursor.length(), MOST_CURSOR));
        }
        return cursor;
    }

    private static boolean envelope(@Nullable String word) {
        if (word == null || word.equals("json")) {
            return word != null;
        }
        throw new BadRequestException("parameter 'envelope' is json or left out, got '" + shown(word) + "'");
    }

    private static boolean flag(Parameters query, String name, boolean otherwise) {
        String word = query.first(name);
        if (word == null) {
            return otherwise;
        }
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new BadRequestException("parameter '%s' is true or false, got '%s'".formatted(name, shown(word)));
        };
    }

    private static int waitSeconds(Request request, Parameters query) {
        if (query.has("wait")) {
            return whole(query, "wait", DEFAULT_WAIT, MOST_WAIT);
        }
        for (String field : request.headers("Prefer")) {
            for (String preference : field.split(",", -1)) {
                Matcher wait = WAIT.matcher(preference);
                if (wait.matches()) {
                    return Math.min(MOST_WAIT, Integer.parseInt(wait.group(1)));
                }
            }
        }
        return DEFAULT_WAIT;
    }

    private static int whole(Parameters query, String name, int otherwise, int most) {
        String word = query.first(name);
        if (word == null) {
            return otherwise;
        }
        if (word.matches("[0-9]{1,9}") && Integer.parseInt(word) <= most) {
            return Integer.parseInt(word);
        }
        throw new BadRequestException(
                "parameter '%s' is a whole number from 0 to %d, got '%s'".formatted(name, most, shown(word)));
    }

    /** The standard has every native EventSource send this. */
    private static boolean saysNoCache(Request request) {
        for (String field : request.headers("Cache-Control")) {
            if (field.toLowerCase(Locale.ROOT).contains("no-cache")) {
                return true;
            }
        }
        return false;
    }

    /** A value as a message shows it: shortened, never cut within a character. */
    static String shown(String value) {
        if (value.length() <= MOST_SHOWN) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(MOST_SHOWN - 1)) ? MOST_SHOWN - 1 : MOST_SHOWN;
        return value.substring(0, end) + "…";
    }
}
