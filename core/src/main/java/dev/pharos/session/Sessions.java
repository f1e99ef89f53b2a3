package dev.pharos.session;

import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Handler;
import dev.pharos.http.Routes;
import dev.pharos.hub.Scheduler;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of a server: their number, their ids, their end. It has no thread of its own. Thread-safe.
 */
public final class Sessions {

    private static final int ID_BYTES = 16;

    private final Scheduler scheduler;
    private final RandomGenerator secrets;
    private final RandomGenerator chance;
    private final int most;
    private final Map<EventLoop, SessionLane> lanes = new ConcurrentHashMap<>();
    /** Those that are kept, and those of them that have not ended. */
    private final AtomicInteger kept = new AtomicInteger();

    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private volatile boolean draining;

    private Sessions(Builder builder) {
        Scheduler given = builder.scheduler;
        this.scheduler = given != null ? given : Scheduler.system();
        this.secrets = builder.secrets;
        this.chance = builder.chance;
        this.most = builder.most;
    }

    /** Starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The part of these on an event loop; the same object each time. */
    public SessionLane lane(EventLoop loop) {
        return lanes.computeIfAbsent(loop, l -> new SessionLane(l, scheduler));
    }

    /** The passage of time. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** A table for the sessions of a new endpoint. */
    public <S extends ProtocolSession> SessionTable<S> table() {
        return new SessionTable<>(this);
    }

    /** An id that cannot be guessed: 128 bits in 22 characters that are safe in a URL. */
    public String newId() {
        byte[] bytes = new byte[ID_BYTES];
        secrets.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Adds a session that no request looks for by its id; called on the loop it is to live on, which opens it.
     *
     * @return null when there are as many sessions as may be, or the server is stopping
     */
    public <S extends ProtocolSession> @Nullable S add(Supplier<S> opening) {
        if (draining) {
            return null;
        }
        if (kept.incrementAndGet() > most) {
            kept.decrementAndGet();
            return null;
        }
        open.incrementAndGet();
        try {
            return opening.get();
        } catch (RuntimeException | Error failure) {
            over();
            forgotten();
            throw failure;
        }
    }

    /** Whether no more sessions are taken now. */
    public boolean isFull() {
        return draining || kept.get() >= most;
    }

    /** Whether {@link #drain} was called. */
    public boolean isDraining() {
        return draining;
    }

    /** The number of sessions that have not ended. */
    public int size() {
        return open.get();
    }

    /** The most sessions that are kept at a time. */
    public int most() {
        return most;
    }

    /**
     * Takes no more sessions and ends those that there are, each for {@link CloseReason#DRAIN} behind
     * {@link SessionListener#onDrain}.
     *
     * @return completes when all have ended, on any thread
     */
    public CompletionStage<?> drain() {
        draining = true;
        for (SessionLane lane : lanes.values()) {
            execute(lane.loop(), lane::drain);
        }
        completeIfDrained();
        return drained;
    }

    /**
     * What serves sessions at a path over the transports that need no protocol: a WebSocket whose messages are those of the
     * session, and an event stream from the server with requests to it. Pages of other sites are refused.
     *
     * @param listeners makes the listener of a session that is to be opened
     */
    public Handler handler(String path, Function<Handshake, SessionListener> listeners) {
        return handler(path, listeners, AllowedOrigins.NONE);
    }

    /**
     * The same for pages of other sites too.
     *
     * @param origins the sites whose pages may open sessions
     */
    public Handler handler(String path, Function<Handshake, SessionListener> listeners, AllowedOrigins origins) {
        return Routes.builder()
                .at(path, new PlainSessions(this, SessionOptions.DEFAULT, origins, listeners))
                .build();
    }

    /** A time spread by chance over {@code millis} ± a third. */
    long jitter(long millis) {
        long third = millis / 3;
        return third == 0 ? millis : millis - third + chance.nextLong(2 * third + 1);
    }

    void over() {
        open.decrementAndGet();
        completeIfDrained();
    }

    void forgotten() {
        kept.decrementAndGet();
    }

    private void completeIfDrained() {
        if (draining && open.get() == 0) {
            drained.complete(null);
        }
    }

    /** Runs a task on a loop; nothing happens when that has ended, and with it every connection. */
    static void execute(EventLoop loop, Runnable task) {
        loop.tell(task);
    }

    /** Collects what sessions are made of. Not thread-safe. */
    public static final class Builder {
        private @Nullable Scheduler scheduler;
        private RandomGenerator secrets = new SecureRandom();
        private RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
        private int most = 100_000;

        private Builder() {}

        /** The passage of time; the machine's if not set. */
        public Builder scheduler(Scheduler value) {
            scheduler = value;
            return this;
        }

        /** The source of ids; must be thread-safe, and secure where ids are secrets. */
        public Builder secrets(RandomGenerator value) {
            secrets = value;
            return this;
        }

        /** The source of jitter; must be thread-safe. */
        public Builder random(RandomGenerator value) {
            chance = value;
            return this;
        }

        /** The most sessions at a time. */
        public Builder most(int value) {
            most = value;
            return this;
        }

        /** The sessions, none yet. */
        public Sessions build() {
            return new Sessions(this);
        }
    }
}
