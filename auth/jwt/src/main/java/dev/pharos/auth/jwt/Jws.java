package dev.pharos.auth.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;

/**
 * A signed token in its parts (RFC 7515 section 3.1), not verified.
 *
 * @param signingInput what the signature is of
 */
@SuppressWarnings("ArrayRecordComponent")
record Jws(JWSHeader header, byte[] signingInput, Base64URL payload, Base64URL signature) {

    /** The longest token, in characters: twice what a request's headers may have. */
    static final int MOST_CHARACTERS = 64 << 10;

    static final String MALFORMED = "the token is not three parts in base64url with dots between (RFC 7515)";

    /**
     * Takes a token apart.
     *
     * @throws RefusedException when it is malformed, or unsigned
     */
    static Jws parse(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0
                || second < 0
                || second == first + 1
                || token.length() > MOST_CHARACTERS
                || !isBase64Url(token, 0, first)
                || !isBase64Url(token, first + 1, second)
                || !isBase64Url(token, second + 1, token.length())) {
            throw invalid(MALFORMED);
        }
        if (!isCanonical(token.substring(second + 1))) {
            throw invalid("the token's signature is not whole");
        }
        JWSHeader header;
        try {
            header = JWSHeader.parse(new Base64URL(token.substring(0, first)));
        } catch (ParseException | RuntimeException malformed) { // some input makes the library trip
            throw invalid("the token's header is not that of a signed token");
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw invalid("the token's header has extensions that are not known here");
        }
        return new Jws(
                header,
                token.substring(0, second).getBytes(StandardCharsets.US_ASCII),
                new Base64URL(token.substring(first + 1, second)),
                new Base64URL(token.substring(second + 1)));
    }

    private static boolean isBase64Url(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bits behind the last byte are 0 (RFC 4648 section 3.5), so that no two signatures are the same. */
    private static boolean isCanonical(String base64Url) {
        int over = base64Url.length() % 4;
        int last = over == 0 ? 0 : value(base64Url.charAt(base64Url.length() - 1));
        return over != 1 && (last & (over == 2 ? 0b1111 : over == 3 ? 0b11 : 0)) == 0;
    }

    /** The six bits of a character, or -1 (RFC 4648 section 5). */
    private static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }

    static RefusedException invalid(String sentence) {
        return new RefusedException(Reason.INVALID_TOKEN, sentence);
    }
}
