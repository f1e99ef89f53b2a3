package dev.pharos.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key, or a set of keys, that verifies tokens.
 *
 * @param name the key of the setting that says where it is, such as {@code authorization.keys.0.pem-file}
 * @param use whose tokens
 * @param material where it is
 * @param algorithms the only ones it is good for; empty: those that fit it
 * @param issuer whose key it is, or null when that is not asked
 */
public record KeyEntry(
        String name,
        Use use,
        Material material,
        List<String> algorithms,
        @Nullable String issuer) {

    /** Copies the list. */
    public KeyEntry {
        algorithms = List.copyOf(algorithms);
    }

    /** Whose tokens a key verifies. */
    public enum Use {
        /** Those of publishers. */
        PUBLISH,
        /** Those of subscribers. */
        SUBSCRIBE,
        /** Both. */
        BOTH;

        static @Nullable Use named(String text) {
            return switch (text) {
                case "publish" -> PUBLISH;
                case "subscribe" -> SUBSCRIBE;
                case "both" -> BOTH;
                default -> null;
            };
        }

        /** Whether tokens of publishers are among them. */
        public boolean publishes() {
            return this != SUBSCRIBE;
        }

        /** Whether tokens of subscribers are among them. */
        public boolean subscribes() {
            return this != PUBLISH;
        }
    }

    /** Where a key is. */
    public sealed interface Material {
        /** Here. */
        record Text(Secret secret) implements Material {}

        /** A secret in a file. */
        record SecretFile(Path path) implements Material {}

        /** A public key in PEM. */
        record PemFile(Path path) implements Material {}

        /** A set of keys in a file. */
        record JwksFile(Path path) implements Material {}

        /** A set of keys somebody publishes. */
        record JwksUrl(URI url) implements Material {}

        /** The file it is in, or null. */
        default @Nullable Path file() {
            return switch (this) {
                case Text text -> null;
                case SecretFile file -> file.path();
                case PemFile file -> file.path();
                case JwksFile file -> file.path();
                case JwksUrl url -> null;
            };
        }
    }
}
