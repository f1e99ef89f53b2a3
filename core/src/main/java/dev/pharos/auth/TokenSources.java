package dev.pharos.auth;

import dev.pharos.auth.Credentials.Source;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.Parameters;
import dev.pharos.http.Request;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where in a request a token may be. The header beats the query, and that the cookies; one that is there and malformed is
 * not rescued by another.
 *
 * @param cookies the names of the cookies that count, the most important first
 * @param query whether the parameter {@value #PARAMETER} counts, which puts tokens into the logs of everything in between
 */
public record TokenSources(List<String> cookies, boolean query) {

    /** The name of the parameter. */
    public static final String PARAMETER = "authorization";
    /** The cookie of Mercure's draft 07, and of plain events. */
    public static final String COOKIE = "mercureAuthorization";
    /** The header, and the usual cookie. */
    public static final TokenSources DEFAULT = new TokenSources(List.of(COOKIE), false);

    private static final int MOST_PARAMETERS = 1_000;
    private static final String SCHEME = "Bearer";

    /** Copies the list. */
    public TokenSources {
        cookies = List.copyOf(cookies);
    }

    /**
     * The token of a request, or null when there is none.
     *
     * @throws RefusedException when there are several headers, or one that is no bearer token (RFC 6750 section 2.1)
     */
    public @Nullable Credentials of(Request request) {
        return of(request::headers, request.query());
    }

    /** The same of what has become of a request; {@code headers} gives all fields of a name. */
    public @Nullable Credentials of(Function<String, List<String>> headers, @Nullable String sentQuery) {
        List<String> fields = headers.apply("Authorization");
        if (!fields.isEmpty()) {
            if (fields.size() > 1) {
                throw new RefusedException(Reason.INVALID_REQUEST, "header 'Authorization' is there more than once");
            }
            return new Credentials(Source.HEADER, bearer(fields.getFirst()));
        }
        if (query) {
            String token = parameter(sentQuery);
            if (token != null && !token.isEmpty()) {
                return new Credentials(Source.QUERY, token);
            }
        }
        for (String name : cookies) {
            String token = cookie(headers.apply("Cookie"), name);
            if (token != null && !token.isEmpty()) {
                return new Credentials(Source.COOKIE, token);
            }
        }
        return null;
    }

    private static String bearer(String field) {
        int length = SCHEME.length();
        boolean isBearer = field.regionMatches(true, 0, SCHEME, 0, length)
                && field.length() > length
                && field.charAt(length) == ' ';
        String token = isBearer ? field.substring(length).strip() : "";
        if (token.isEmpty() || !isToken(token)) {
            throw new RefusedException(
                    Reason.INVALID_REQUEST, "header 'Authorization' is not 'Bearer' and a token (RFC 6750)");
        }
        return token;
    }

    /** The {@code b64token} of RFC 6750. */
    private static boolean isToken(String text) {
        int end = text.length();
        while (end > 1 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean fits = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~+/".indexOf(c) >= 0;
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String parameter(@Nullable String sentQuery) {
        try {
            return Parameters.ofQuery(sentQuery, MOST_PARAMETERS).first(PARAMETER);
        } catch (BadParameterException malformed) {
            return null; // whoever needs the query tells what is wrong with it
        }
    }

    /** The first cookie of a name (RFC 6265 section 4.2.1): of several, the one of the longest path comes first. */
    private static @Nullable String cookie(List<String> fields, String name) {
        for (String field : fields) {
            int from = 0;
            while (from < field.length()) {
                int end = field.indexOf(';', from);
                end = end < 0 ? field.length() : end;
                int start = from;
                while (start < end && (field.charAt(start) == ' ' || field.charAt(start) == '\t')) {
                    start++;
                }
                int equals = start + name.length();
                if (equals < end && field.charAt(equals) == '=' && field.startsWith(name, start)) {
                    return unquoted(field.substring(equals + 1, end).strip());
                }
                from = end + 1;
            }
        }
        return null;
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }
}
