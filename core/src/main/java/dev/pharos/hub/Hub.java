package dev.pharos.hub;

import dev.pharos.http.EventLoop;
import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.LogException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engine: events go into one log, every subscriber is a cursor into it.
 *
 * <p>Thread-safe. It owns its log and closes it. Fan-out starts at the log's tail, never at {@link #publish}.
 */
public final class Hub implements AutoCloseable {

    private final EventLog log;
    private final Limits limits;
    private final boolean grants;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final EngineBounds bounds;
    private final Executor readers;
    private final Supplier<ReentrantLock> locks;
    private final History history;
    private final Tape tape;
    private final ReaderLoop readerLoop = new ReaderLoop();
    private final Map<EventLoop, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final LongAdder published = new LongAdder();
    private final LongAdder undeliverable = new LongAdder();
    private final LongAdder lostAtStart = new LongAdder();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private final Consumer<List<Entry>> counter = this::count;
    private final List<Supplier<CompletionStage<?>>> parts = new CopyOnWriteArrayList<>();
    private volatile boolean draining;

    private Hub(Builder builder) {
        this.log = builder.log;
        this.limits = builder.limits;
        this.grants = builder.grants;
        this.scheduler = builder.scheduler != null ? builder.scheduler : Scheduler.system();
        this.random = builder.random;
        this.bounds = builder.bounds();
        this.readers = builder.readers != null ? builder.readers : readers(builder.readerThreads);
        this.history = new History(log, readers, bounds);
        this.locks = builder.locks;
        this.tape = new Tape(limits, newLock());
        tape.startAt(log.listen(tape));
    }

    /** Starts a hub over a log. */
    public static Builder over(EventLog log) {
        return new Builder(log);
    }

    /** The log. */
    public EventLog log() {
        return log;
    }

    /** The bounds for every protocol. */
    public Limits limits() {
        return limits;
    }

    /** The passage of time. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** The source of jitter; thread-safe. */
    public RandomGenerator random() {
        return random;
    }

    /** The cursor at a position of this hub's log. */
    public Cursor cursor(long position) {
        return new Cursor(log.epoch(), position);
    }

    /** The hub's part on an event loop; the same object each time. */
    public Lane lane(EventLoop loop) {
        return lanes.computeIfAbsent(loop, l -> new Lane(this, l));
    }

    /** A time spread by chance over {@code millis} ± a third, so that what is planned at once does not happen at once. */
    public long jitter(long millis) {
        long third = millis / 3;
        return third == 0 ? millis : millis - third + random.nextLong(2 * third + 1);
    }

    /**
     * Appends events next to each other; completes when they are durable, on any thread.
     *
     * @return their entries, or a failure with {@link LogException} when none of them was kept
     */
    public CompletionStage<List<Entry>> publish(List<Event> events) {
        CompletionStage<List<Entry>> appended = log.append(events);
        appended.thenAccept(counter);
        return appended;
    }

    /**
     * The same for a listener, which is told before this returns when the events are durable by then. Every event of a busy
     * hub comes this way: there is no stage between the log and the listener.
     */
    public void publish(List<Event> events, BiConsumer<@Nullable List<Entry>, @Nullable Throwable> listener) {
        CompletionStage<List<Entry>> appended = log.append(events);
        if (appended instanceof CompletableFuture<List<Entry>> known
                && known.state() == CompletableFuture.State.SUCCESS) {
            List<Entry> entries = known.resultNow();
            count(entries);
            listener.accept(entries, null);
        } else {
            appended.whenComplete(new Counted(listener));
        }
    }

    private final class Counted implements BiConsumer<@Nullable List<Entry>, @Nullable Throwable> {
        private final BiConsumer<@Nullable List<Entry>, @Nullable Throwable> listener;

        Counted(BiConsumer<@Nullable List<Entry>, @Nullable Throwable> listener) {
            this.listener = listener;
        }

        @Override
        public void accept(@Nullable List<Entry> entries, @Nullable Throwable failure) {
            if (entries != null) {
                count(entries);
            }
            listener.accept(entries, failure);
        }
    }

    private void count(List<Entry> entries) {
        published.add(entries.size());
        for (Entry entry : entries) {
            if (!grants && entry.event().isPrivate()) {
                undeliverable.increment();
            }
        }
    }

    /** Whether somebody reads at this moment what this event would be sent to. */
    public boolean hasReaders(Event event) {
        return tape.isSeen(event);
    }

    /** Whether somebody at this moment reads this topic by its name; who has a pattern or everything does not count. */
    public boolean isNamed(String topic) {
        return tape.isNamed(topic);
    }

    /**
     * Opens a subscription on a loop; called on that loop's thread.
     *
     * @return the subscription, or null when the hub is overloaded, has no room for the patterns or drains, and the reader
     *     is to come back later
     */
    public @Nullable Subscription subscribe(
            EventLoop loop, Interest interest, Start start, Subscription.Listener listener) {
        if (isFull()) {
            return null;
        }
        subscriptions.incrementAndGet();
        Lane lane = lane(loop);
        Subscription subscription = lane.subscribe(interest, listener);
        if (subscription == null) {
            left();
            return null;
        }
        if (start.isLive()) {
            long now = tape.tail();
            subscription.open(now, 0, new Notice(Notice.State.LIVE, cursor(now), 0, null));
        } else {
            resolve(interest, start, subscription, lane);
        }
        if (draining) {
            lane.execute(lane::drain); // which may have gone by before this lane was there
        }
        return subscription;
    }

    /**
     * Ends a subscription and opens one that goes on where it is, with other grants; also when it has not been opened yet
     * itself. On the thread of its lane.
     *
     * @return null if the hub has no room for it
     */
    public @Nullable Subscription withGrants(
            EventLoop loop, Subscription before, Selectors grants, Subscription.Listener listener) {
        lane(loop).pass();
        before.close();
        long position = before.position();
        Interest interest = before.interest().withGrants(grants);
        Subscription next =
                subscribe(loop, interest, Start.after(cursor(position).toString()), listener);
        if (next != null) {
            next.beginAt(position);
        }
        return next;
    }

    /**
     * Opens a subscription for a thread that waits for its events, on a thread of the hub's own. Returns at once; what
     * became of it the first {@link BlockingReader#take} tells.
     */
    public BlockingReader reader(Interest interest, Start start) {
        return new BlockingReader(this, readerLoop, interest, start);
    }

    private void resolve(Interest interest, Start start, Subscription subscription, Lane lane) {
        try {
            readers.execute(() -> {
                try {
                    Opening opening = Opening.of(log, interest, start, tape.tail());
                    if (opening.outcome().state() == Notice.State.LOST) {
                        lostAtStart.increment();
                    }
                    Runnable open = () -> subscription.open(opening.from(), opening.floor(), opening.outcome());
                    lane.execute(() -> lane.turns().opens(open));
                } catch (RuntimeException failure) {
                    lane.execute(() -> subscription.fail(readable(failure)));
                }
                Turns.pause();
            });
        } catch (RejectedExecutionException closed) {
            lane.execute(() -> subscription.fail(new LogException("the hub is closed", closed)));
        }
    }

    /** Whether {@link #subscribe} would give null now, whatever the selectors are. */
    public boolean isFull() {
        return draining || subscriptions.get() >= limits.subscriptions();
    }

    /** Whether {@link #drain} was called. */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Adds something that drains with the hub; it is drained at once if the hub drains already.
     *
     * @param part begins to drain, each time it is called, and gives what completes when it has
     */
    public void whenDraining(Supplier<CompletionStage<?>> part) {
        parts.add(part);
        if (draining) {
            var unused = part.get();
        }
    }

    /**
     * Accepts no more subscriptions and asks the readers of all that are open to come back elsewhere or later.
     *
     * @return completes when no subscription is left and all else has drained, on any thread
     */
    public CompletionStage<?> drain() {
        draining = true;
        for (Lane lane : lanes.values()) {
            lane.execute(lane::drain);
        }
        completeIfDrained();
        CompletableFuture<?>[] all = Stream.concat(
                        Stream.of(drained),
                        parts.stream().map(part -> part.get().toCompletableFuture()))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(all);
    }

    /** The figures of this moment. */
    public HubStats stats() {
        long deliveries = 0;
        long bytes = 0;
        long lagging = 0;
        long lost = lostAtStart.sum();
        long delay = 0;
        long now = scheduler.nanoTime();
        for (Lane lane : lanes.values()) {
            Counters counters = lane.counters();
            deliveries += counters.deliveries;
            bytes += counters.deliveredBytes;
            lagging += counters.lagging;
            lost += counters.lost;
            delay = Math.max(delay, counters.slowestDelay(now));
        }
        return new HubStats(
                published.sum(), undeliverable.sum(), deliveries, bytes, subscriptions.get(), lagging, lost, delay);
    }

    /**
     * Lets go of the log and the hub's threads, and ends each {@link BlockingReader}; call it after the hosts have closed.
     * Idempotent.
     */
    @Override
    public void close() {
        draining = true;
        Lane own = lanes.get(readerLoop);
        if (own != null) {
            own.execute(own::drain);
        }
        readerLoop.stop();
        if (readers instanceof ExecutorService pool) {
            pool.shutdown();
        }
        log.close();
    }

    Tape tape() {
        return tape;
    }

    EngineBounds bounds() {
        return bounds;
    }

    /** A lock for what lanes share with other threads. */
    ReentrantLock newLock() {
        return locks.get();
    }

    History history() {
        return history;
    }

    void left() {
        subscriptions.decrementAndGet();
        completeIfDrained();
    }

    private void completeIfDrained() {
        if (draining && subscriptions.get() == 0) {
            drained.complete(null);
        }
    }

    static RuntimeException readable(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known
                ? known
                : new LogException("the history cannot be read: " + cause, cause);
    }

    private static ExecutorService readers(int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "pharos-reader-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Collects what a hub is made of. Not thread-safe. */
    public static final class Builder {
        private final EventLog log;
        private Limits limits = Limits.DEFAULT;
        private boolean grants;
        private @Nullable Scheduler scheduler;
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        private int readerThreads = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);
        private long historyCacheBytes = -1;
        private @Nullable EngineBounds bounds;
        private @Nullable Executor readers;
        private Supplier<ReentrantLock> locks = ReentrantLock::new;

        private Builder(EventLog log) {
            this.log = log;
        }

        /** The bounds for every protocol. */
        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        /** Whether there are readers who may have grants; without them, private events are counted as undeliverable. */
        public Builder grants(boolean value) {
            grants = value;
            return this;
        }

        /** The passage of time; the machine's if not set. */
        public Builder scheduler(Scheduler value) {
            scheduler = value;
            return this;
        }

        /** The source of jitter; must be thread-safe. */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** How many threads read history at most; they exist while there is something to read. */
        public Builder readerThreads(int value) {
            readerThreads = value;
            return this;
        }

        /** The memory for history that readers share, in bytes; a part of the heap if not set. */
        public Builder historyCacheBytes(long value) {
            historyCacheBytes = value;
            return this;
        }

        /** What the engine holds between the log and the connections. */
        Builder bounds(EngineBounds value) {
            bounds = value;
            return this;
        }

        /** What reads history, instead of threads of the hub's own. */
        Builder readers(Executor value) {
            readers = value;
            return this;
        }

        /** Makes the locks of what lanes share with other threads. */
        Builder locks(Supplier<ReentrantLock> value) {
            locks = value;
            return this;
        }

        private EngineBounds bounds() {
            Runtime machine = Runtime.getRuntime();
            EngineBounds some =
                    bounds != null ? bounds : EngineBounds.ofHeap(machine.maxMemory(), machine.availableProcessors());
            return historyCacheBytes < 0 ? some : some.withHistoryBytes(historyCacheBytes);
        }

        /** The hub; it owns the log from here on. */
        public Hub build() {
            return new Hub(this);
        }
    }
}
