package dev.pharos.auth.jwt;

import com.nimbusds.jose.util.Base64URL;
import dev.pharos.auth.RefusedException;

/**
 * What is written in a token, for people to look at. Nothing of it is verified.
 *
 * @param header the header in JSON, as it stands there
 * @param claims the claims in JSON, as they stand there
 */
public record TokenText(String header, String claims) {

    /**
     * Takes a token apart.
     *
     * @throws RefusedException when it is none
     */
    public static TokenText of(String token) {
        Jws jws = Jws.parse(token);
        return new TokenText(
                new Base64URL(token.substring(0, token.indexOf('.'))).decodeToString(),
                jws.payload().decodeToString());
    }
}
