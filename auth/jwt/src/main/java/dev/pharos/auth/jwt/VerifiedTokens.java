package dev.pharos.auth.jwt;

import dev.pharos.auth.Permit;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The permits of tokens that were verified not long ago, by a hash of the token: the tokens themselves are not kept.
 * Thread-safe; bounded in number and bytes, the least recently used go first.
 */
final class VerifiedTokens {

    private static final int MOST_TOKENS = 20_000;
    private static final long MOST_BYTES = 16 << 20;

    /** A hash of 256 bits. */
    record Key(long a, long b, long c, long d) {

        static Key of(String token) {
            byte[] hash;
            try {
                hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every JDK has SHA-256", impossible);
            }
            java.nio.ByteBuffer parts = java.nio.ByteBuffer.wrap(hash);
            return new Key(parts.getLong(), parts.getLong(), parts.getLong(), parts.getLong());
        }
    }

    private record Known(Permit permit, int weight) {}

    private final ReentrantLock lock = new ReentrantLock();
    // All below is guarded by the lock.
    private final LinkedHashMap<Key, Known> byKey = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** The permit of a token that has not expired, or null. */
    @Nullable
    Permit get(Key key, long now) {
        lock.lock();
        try {
            Known known = byKey.get(key);
            if (known == null) {
                return null;
            }
            if (known.permit.expiresAtMillis() <= now) {
                byKey.remove(key);
                bytes -= known.weight;
                return null;
            }
            return known.permit;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a permit; its memory goes by the length of its token, of which its selectors are a part. */
    void put(Key key, Permit permit, int tokenLength) {
        int weight = 512 + 48 * tokenLength;
        lock.lock();
        try {
            Known before = byKey.put(key, new Known(permit, weight));
            bytes += weight - (before == null ? 0 : before.weight);
            while (byKey.size() > MOST_TOKENS || bytes > MOST_BYTES) {
                bytes -= Objects.requireNonNull(byKey.pollFirstEntry()).getValue().weight;
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return byKey.size();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
