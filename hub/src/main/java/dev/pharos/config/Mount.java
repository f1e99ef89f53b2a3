package dev.pharos.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place where Mercure is spoken.
 *
 * @param path of its URL
 * @param draft the one that is spoken there
 * @param subscriptions whether readers are announced and listed
 * @param publicUrls what clients know it by, the usual one first; not empty with draft 08
 * @param lifetime how long a stream lasts at most; zero for no limit of its own
 * @param forbidden the status of a good token without the right, in draft 07
 */
public record Mount(
        String path, Draft draft, boolean subscriptions, List<URI> publicUrls, Duration lifetime, int forbidden) {

    static final String WELL_KNOWN = "/.well-known/mercure";

    /** Copies the list. */
    public Mount {
        publicUrls = List.copyOf(publicUrls);
    }

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
