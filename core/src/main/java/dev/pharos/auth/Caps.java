package dev.pharos.auth;

import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.Request;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much one client may take: connections for each subject and for each address, publishes a second for each subject.
 * Thread-safe; what is not capped costs nothing.
 *
 * <p>Publishers without a subject are capped by their address.
 */
public final class Caps {

    /** No caps. */
    public static final Caps NONE = new Caps(0, 0, 0, ClientAddresses.DIRECT, () -> 0);

    private static final int RETRY_SECONDS = 5;
    private static final int MOST_PUBLISHERS = 100_000;

    private final int perSubject;
    private final int perAddress;
    private final int publishesPerSecond;
    private final ClientAddresses addresses;
    private final LongSupplier nanoTime;

    private final Map<String, Integer> connections = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    /** The least recently used first. Guarded by the lock. */
    private final LinkedHashMap<String, Bucket> publishers = new LinkedHashMap<>(16, 0.75f, true);

    /** What a publisher may still publish, and as of when. */
    private static final class Bucket {
        private double left;
        private long at;
    }

    /**
     * Caps of so many; 0 for none.
     *
     * @param addresses how to tell who is at the other end
     * @param nanoTime time that never goes back, in nanoseconds
     */
    public Caps(
            int perSubject, int perAddress, int publishesPerSecond, ClientAddresses addresses, LongSupplier nanoTime) {
        if (perSubject < 0 || perAddress < 0 || publishesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "caps are numbers from 0, got " + perSubject + ", " + perAddress + ", " + publishesPerSecond);
        }
        this.perSubject = perSubject;
        this.perAddress = perAddress;
        this.publishesPerSecond = publishesPerSecond;
        this.addresses = addresses;
        this.nanoTime = nanoTime;
    }

    /** The place of one connection under the caps, to be given back. */
    public final class Lease {

        private @Nullable String subject;
        private @Nullable String address;
        private boolean closed;

        private Lease(@Nullable String subject, @Nullable String address) {
            this.subject = subject;
            this.address = address;
        }

        /**
         * Counts the connection for who it turned out to be, in the stead of whom it was counted for before. On one thread at a
         * time; nothing happens when it is closed.
         *
         * @throws RefusedException when that subject has as many as it may; the place stays what it was
         */
        public void claim(Caller caller) {
            String next = subject(caller);
            if (!closed && !Objects.equals(next, subject)) {
                enterSubject(next);
                leave(subject);
                subject = next;
            }
        }

        /** Gives the place back. On one thread at a time; idempotent. */
        public void close() {
            closed = true;
            leave(subject);
            leave(address);
            subject = null;
            address = null;
        }
    }

    /**
     * Takes a place for a connection that stays.
     *
     * @return what to close with it, or null when there are no caps
     * @throws RefusedException when the client has as many as it may
     */
    public @Nullable Lease enter(Request request, Caller caller) {
        return enter(request.remoteAddress(), request::headers, caller);
    }

    /** The same for what has become of a request; {@code headers} gives all fields of a name. */
    public @Nullable Lease enter(SocketAddress remote, Function<String, List<String>> headers, Caller caller) {
        if (perSubject == 0 && perAddress == 0) {
            return null;
        }
        String subject = subject(caller);
        String address = perAddress == 0 ? null : "a" + addresses.of(remote, headers);
        enterSubject(subject);
        try {
            enter(address, perAddress, "connections from one address");
        } catch (RefusedException full) {
            leave(subject);
            throw full;
        }
        return new Lease(subject, address);
    }

    private @Nullable String subject(Caller caller) {
        return perSubject == 0 || caller.subject() == null ? null : "s" + caller.subject();
    }

    private void enterSubject(@Nullable String subject) {
        enter(subject, perSubject, "connections of one token's subject");
    }

    private void enter(@Nullable String key, int most, String what) {
        if (key == null) {
            return;
        }
        boolean[] entered = new boolean[1];
        connections.compute(key, (k, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < most;
            return entered[0] ? Integer.valueOf(now + 1) : count;
        });
        if (!entered[0]) {
            throw limited("there are at most " + most + " " + what);
        }
    }

    private void leave(@Nullable String key) {
        if (key != null) {
            connections.computeIfPresent(key, (k, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        }
    }

    /** The name that a publisher's rate is counted by, or null when it is not; to be kept for the life of a request. */
    public @Nullable String publisher(Request request, Caller caller) {
        return publisher(request.remoteAddress(), request::headers, caller);
    }

    /** The same for what has become of a request; {@code headers} gives all fields of a name. */
    public @Nullable String publisher(SocketAddress remote, Function<String, List<String>> headers, Caller caller) {
        if (publishesPerSecond == 0) {
            return null;
        }
        return caller.subject() == null ? "a" + addresses.of(remote, headers) : "s" + caller.subject();
    }

    /**
     * Counts one publish. A second's worth may come at once.
     *
     * @param publisher as {@link #publisher} gave it; null is not counted
     * @throws RefusedException when there were too many
     */
    public void publish(@Nullable String publisher) {
        if (publisher == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            Bucket bucket = publishers.get(publisher);
            if (bucket == null) {
                bucket = new Bucket();
                bucket.left = publishesPerSecond;
                bucket.at = now;
                publishers.put(publisher, bucket);
                if (publishers.size() > MOST_PUBLISHERS) {
                    publishers.pollFirstEntry();
                }
            }
            bucket.left = Math.min(publishesPerSecond, bucket.left + (now - bucket.at) * 1e-9 * publishesPerSecond);
            bucket.at = now;
            if (bucket.left < 1) {
                throw new RefusedException(
                        Reason.LIMITED,
                        "one publisher publishes at most " + publishesPerSecond + " events a second",
                        1);
            }
            bucket.left--;
        } finally {
            lock.unlock();
        }
    }

    private static RefusedException limited(String sentence) {
        return new RefusedException(Reason.LIMITED, sentence, RETRY_SECONDS);
    }

    /** How many clients have connections under a cap. */
    int clients() {
        return connections.size();
    }
}
