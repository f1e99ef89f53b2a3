package dev.pharos.cli;

import dev.pharos.auth.jwt.KeyException;
import dev.pharos.auth.jwt.KeySource;
import dev.pharos.auth.jwt.SigningKey;
import dev.pharos.config.KeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The text of a key, of whatever form: PEM, a JSON Web Key, or else a shared secret. Its text form does not show it.
 *
 * @param where what it is called to people
 */
record KeyText(String where, String text) {

    static final String VARIABLE = "PHAROS_TOKEN_KEY";

    /** The key in a file; without one, that in the environment, or null. */
    static @Nullable KeyText of(@Nullable Path file) throws IOException {
        if (file != null) {
            return new KeyText(file.toString(), KeyFile.line(file));
        }
        String text = System.getenv(VARIABLE);
        return text == null || text.isEmpty() ? null : new KeyText("$" + VARIABLE, text);
    }

    /** The key to sign with. */
    SigningKey signing() {
        return told(() -> switch (kind()) {
            case PEM -> SigningKey.pem(text);
            case JWK -> SigningKey.jwk(text);
            case SECRET -> SigningKey.secret(text.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** The text of a shared secret; a key of another form is refused. */
    String secret() {
        if (kind() != Kind.SECRET) {
            throw new KeyException(where + " is no shared secret");
        }
        return text;
    }

    /** The keys to check with. */
    KeySource checking() {
        return told(() -> switch (kind()) {
            case PEM -> KeySource.pem(text);
            case JWK -> KeySource.jwk(text);
            case SECRET -> KeySource.secret(text.getBytes(StandardCharsets.UTF_8));
        });
    }

    private enum Kind {
        PEM,
        JWK,
        SECRET
    }

    private Kind kind() {
        return text.contains("-----BEGIN ") ? Kind.PEM : text.stripLeading().startsWith("{") ? Kind.JWK : Kind.SECRET;
    }

    private <T> T told(Supplier<T> key) {
        try {
            return key.get();
        } catch (KeyException e) {
            throw new KeyException(where + ": " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "the key in " + where;
    }
}
