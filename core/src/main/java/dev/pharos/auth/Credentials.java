package dev.pharos.auth;

/**
 * A token as it came in a request, not verified. Its text form does not show the token.
 *
 * @param token not empty
 */
public record Credentials(Source source, String token) {

    /** Where in the request it was; a browser sends the last by itself, so that a page of another site can use it. */
    public enum Source {
        /** {@code Authorization: Bearer}. */
        HEADER,
        /** A parameter of the query. */
        QUERY,
        /** A cookie. */
        COOKIE
    }

    /** Checks that there is a token. */
    public Credentials {
        if (token.isEmpty()) {
            throw new IllegalArgumentException("a token is not empty");
        }
    }

    @Override
    public String toString() {
        return "a token of " + token.length() + " characters (" + source + ")";
    }
}
