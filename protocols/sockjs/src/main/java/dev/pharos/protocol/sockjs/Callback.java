package dev.pharos.protocol.sockjs;

import dev.pharos.http.BadParameterException;
import dev.pharos.http.Parameters;
import dev.pharos.http.Request;
import org.jspecify.annotations.Nullable;

/** The name of a function of the client's page, in the parameter {@code c} or {@code callback}. */
final class Callback {

    private static final int MOST_PARAMETERS = 16;
    private static final int MOST_CHARS = 128;

    private Callback() {}

    /**
     * The name that a request gives.
     *
     * @throws BadParameterException when there is none, or one with other characters than letters, digits, {@code -},
     *     {@code _} and {@code .}; the message is the protocol's
     */
    static String of(Request request) {
        String name = given(request);
        if (name == null || name.isEmpty()) {
            throw new BadParameterException("c", "\"callback\" parameter required");
        }
        if (name.length() > MOST_CHARS || !name.chars().allMatch(Callback::isPlain)) {
            throw invalid();
        }
        return name;
    }

    private static @Nullable String given(Request request) {
        Parameters parameters;
        try {
            parameters = Parameters.ofQuery(request.query(), MOST_PARAMETERS);
        } catch (BadParameterException undecodable) {
            throw invalid();
        }
        String name = parameters.first("c");
        return name != null ? name : parameters.first("callback");
    }

    private static BadParameterException invalid() {
        return new BadParameterException("c", "invalid \"callback\" parameter");
    }

    private static boolean isPlain(int c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || c == '-' || c == '_' || c == '.';
    }
}
