package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections that can be renewed from outside, each by a secret that only its reader was told. Thread-safe.
 *
 * <p>The first characters of a secret find it, the rest are compared in constant time.
 */
final class Renewals {

    private static final int SECRET_BYTES = 24;
    private static final int ID_CHARACTERS = 11;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, Held> byId = new ConcurrentHashMap<>();

    /** A connection whose permit may be renewed. */
    interface Renewable {

        /** Where it lives. */
        EventLoop loop();

        /** Goes on with what the later permit leaves of its own; on its loop. Gives the answer to who renews. */
        Response renew(Caller later);
    }

    private record Held(String secret, Renewable connection) {}

    /** Enters a connection and gives its secret. */
    String add(Renewable connection) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        byId.put(id(secret), new Held(secret, connection));
        return secret;
    }

    void remove(String secret) {
        byId.remove(id(secret));
    }

    /** The connection of a secret, or null. */
    @Nullable
    Renewable find(String secret) {
        Held held = secret.length() <= ID_CHARACTERS ? null : byId.get(id(secret));
        boolean isIt = held != null
                && MessageDigest.isEqual(
                        held.secret.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
        return held != null && isIt ? held.connection : null;
    }

    int size() {
        return byId.size();
    }

    private static String id(String secret) {
        return secret.substring(0, ID_CHARACTERS);
    }
}
