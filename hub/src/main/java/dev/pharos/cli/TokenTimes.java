package dev.pharos.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The times in the claims of a token (RFC 7519), and what they mean now. */
record TokenTimes(
        @Nullable Instant issued,
        @Nullable Instant notBefore,
        @Nullable Instant expires,
        Instant now) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final double MOST_SECONDS = 1e12;

    /** Reads them; what is no time is left out. */
    static TokenTimes of(String claims, Instant now) {
        Instant issued = null;
        Instant notBefore = null;
        Instant expires = null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), claims)) {
            json.nextToken();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken value = json.nextToken();
                boolean isTime = value != null && value.isNumeric() && Math.abs(json.getDoubleValue()) < MOST_SECONDS;
                Instant time = isTime ? Instant.ofEpochSecond((long) json.getDoubleValue()) : null;
                switch (name) {
                    case "iat" -> issued = time;
                    case "nbf" -> notBefore = time;
                    case "exp" -> expires = time;
                    default -> json.skipChildren();
                }
            }
        } catch (JacksonException malformed) {
            return new TokenTimes(null, null, null, now);
        }
        return new TokenTimes(issued, notBefore, expires, now);
    }

    /** Whether it has begun and has not ended. */
    boolean isGood() {
        return (notBefore == null || !notBefore.isAfter(now)) && (expires == null || expires.isAfter(now));
    }

    /** A time at which it is good, if there is one. */
    Instant within() {
        if (isGood() || expires == null) {
            return notBefore != null && notBefore.isAfter(now) ? notBefore : now;
        }
        return expires.minusMillis(1);
    }

    /** A line for each. */
    List<String> sentences() {
        List<String> lines = new ArrayList<>();
        if (issued != null) {
            lines.add("made       " + relative(issued));
        }
        if (notBefore != null) {
            lines.add("begins     " + relative(notBefore) + (notBefore.isAfter(now) ? ": it is NOT good yet" : ""));
        }
        if (expires == null) {
            lines.add("ends       never");
        } else {
            lines.add("ends       " + relative(expires) + (expires.isAfter(now) ? "" : ": it is NOT good any more"));
        }
        return lines;
    }

    private String relative(Instant time) {
        Duration between = Duration.between(now, time);
        String words = words(between.abs());
        return (between.isNegative() ? words + " ago" : "in " + words) + " (" + time + ")";
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 120) {
            return seconds + (seconds == 1 ? " second" : " seconds");
        }
        return seconds < 7_200
                ? seconds / 60 + " minutes"
                : seconds < 172_800 ? seconds / 3_600 + " hours" : seconds / 86_400 + " days";
    }
}
