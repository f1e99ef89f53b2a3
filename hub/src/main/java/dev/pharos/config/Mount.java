package dev.pharos.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A place where Mercure is spoken.
 *
 * @param path of its URL
 * @param draft the one that is spoken there
 * @param subscriptions whether readers are announced and listed
 * @param publicUrl what clients know it by, or null with draft 07
 */
public record Mount(
        String path,
        Draft draft,
        boolean subscriptions,
        @Nullable URI publicUrl) {

    static final String WELL_KNOWN = "/.well-known/mercure";

    /** A version of the protocol. */
    public enum Draft {
        /** What nearly all clients speak. */
        D07,
        /** Its successor, with the tokens of RFC 9068. */
        D08;

        static @Nullable Draft named(String text) {
            return switch (text) {
                case "7", "07" -> D07;
                case "8", "08" -> D08;
                default -> null;
            };
        }
    }
}
