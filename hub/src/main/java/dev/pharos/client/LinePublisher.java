package dev.pharos.client;

import dev.pharos.client.Backlog.Item;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes each line of an input as an event, in order, for as long as the input lasts.
 *
 * <p>One request is on its way at a time. What has piled up meanwhile is the next one, so a trickle goes out line by
 * line at once and a flood in big batches. While the hub is away the request is repeated, and reading pauses when the
 * backlog is full. A request whose answer was lost is repeated too, with the same idempotency key and the same lines, so
 * that they are published once.
 *
 * <p>{@link #run} is called once; {@link #stop} may be called from any thread.
 */
public final class LinePublisher {

    private static final int LINE_LIMIT = 1024 * 1024;
    private static final long BACKLOG_BYTES = 8L * 1024 * 1024;
    private static final int BATCH_EVENTS = 500;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final Duration AFTER_STOP = Duration.ofMillis(100);

    private final HubClient client;
    private final LineFormat format;
    private final Backoff backoff;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Supplier<String> keys;
    private final Consumer<String> notices;
    private final Backlog backlog = new Backlog(BACKLOG_BYTES);
    private final AtomicLong refused = new AtomicLong();
    private final CountDownLatch inputEnded = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile long endedAt;
    private volatile boolean abandoned;
    private int failures;
    private long awaySince;

    /**
     * Publishes through {@code client}.
     *
     * @param patience how long an absent hub is waited for once the input has ended; while there is input, for ever
     * @param nanos a clock that only moves forward, in nanoseconds
     * @param keys gives idempotency keys, each once
     * @param notices told, a sentence each, what people should know
     */
    public LinePublisher(
            HubClient client,
            LineFormat format,
            Backoff backoff,
            Duration patience,
            LongSupplier nanos,
            Supplier<String> keys,
            Consumer<String> notices) {
        this.client = client;
        this.format = format;
        this.backoff = backoff;
        this.patience = patience;
        this.nanos = nanos;
        this.keys = keys;
        this.notices = notices;
    }

    /** Publishes all lines of {@code in}; returns whether every one was taken. */
    public boolean run(InputStream in) throws InterruptedException {
        Thread reader = new Thread(() -> read(in), "pharos-input");
        reader.setDaemon(true);
        reader.start();
        try {
            return send() && refused.get() == 0;
        } finally {
            finished.countDown();
        }
    }

    /**
     * Ends soon: publishes what was read already, for at most {@code limit}, and returns when that is done or has
     * failed.
     */
    public void stop(Duration limit) throws InterruptedException {
        long deadline = nanos.getAsLong() + limit.toNanos();
        stopping.countDown();
        // whoever fed the input has probably been stopped as well: its last lines may still be in the pipe
        inputEnded.await(AFTER_STOP.toMillis(), TimeUnit.MILLISECONDS);
        backlog.end();
        if (!finished.await(deadline - nanos.getAsLong(), TimeUnit.NANOSECONDS)) {
            abandoned = true;
            notices.accept("stopped: " + lines(backlog.size()) + " read but not published");
        }
    }

    /** How many lines were read and not published yet. */
    int waiting() {
        return backlog.size();
    }

    /** Whether nothing will be read any more. */
    boolean inputEnded() {
        return inputEnded.getCount() == 0;
    }

    private void read(InputStream in) {
        try {
            LineReader lines = new LineReader(in, LINE_LIMIT);
            long number = 0;
            for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
                number++;
                switch (line) {
                    case LineReader.Text(String text) -> backlog.put(new Item(number, format.json(text)));
                    case LineReader.TooLong() -> refuse(number, "is longer than " + LINE_LIMIT + " bytes");
                }
            }
        } catch (IOException e) {
            refused.incrementAndGet();
            notices.accept("cannot read the input: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            endedAt = nanos.getAsLong();
            inputEnded.countDown();
            backlog.end();
        }
    }

    private boolean send() throws InterruptedException {
        while (true) {
            List<Item> items = backlog.batch(BATCH_EVENTS, BATCH_BYTES);
            if (items.isEmpty()) {
                return true;
            }
            if (!send(new LineBatch(keys.get(), items))) {
                return false;
            }
        }
    }

    /** Sends until the hub has answered for every line; returns whether to go on behind them. */
    private boolean send(LineBatch batch) throws InterruptedException {
        while (!batch.isDone()) {
            Outcome outcome = client.publishLines(batch.body(), batch.key());
            if (outcome instanceof Outcome.Away away) {
                done(batch, Math.min(away.accepted(), batch.size()));
                if (batch.isDone()) {
                    break;
                }
                long now = nanos.getAsLong();
                if (failures++ == 0) {
                    awaySince = now;
                    notices.accept(
                            away.reason() + "; trying again until it takes the lines, reading goes on meanwhile");
                }
                if (abandoned) {
                    return false;
                } else if (inputEnded() && now - Math.max(awaySince, endedAt) > patience.toNanos()) {
                    notices.accept("gave up after " + patience.toSeconds() + " s: " + lines(backlog.size())
                            + " not published");
                    return false;
                }
                pause(away.retryAfter());
                continue;
            }
            if (failures > 0) {
                failures = 0;
                notices.accept("the hub is back; " + lines(backlog.size()) + " go out now");
            }
            if (outcome instanceof Outcome.Refused refusal) {
                if (!refusal.concernsOneEvent()) {
                    notices.accept(refusal.sentence() + "; " + lines(backlog.size()) + " not published");
                    return false;
                }
                refused(batch, refusal);
            } else {
                done(batch, batch.size());
            }
        }
        return true;
    }

    /** Leaves out the line that was refused; without a word which one it was, finds it by sending one at a time. */
    private void refused(LineBatch batch, Outcome.Refused refusal) {
        int accepted = refusal.accepted();
        if (accepted < 0 && batch.size() > 1) {
            batch.sendOneByOne();
            return;
        }
        int index = Math.min(Math.max(accepted, 0), batch.size() - 1);
        refuse(batch.item(index).line(), "was refused: " + refusal.sentence());
        done(batch, index + 1);
    }

    private void refuse(long line, String why) {
        refused.incrementAndGet();
        notices.accept("line " + line + " " + why);
    }

    private void done(LineBatch batch, int count) {
        backlog.remove(count);
        batch.done(count);
    }

    private void pause(@Nullable Duration asked) throws InterruptedException {
        Duration wait = backoff.after(failures);
        if (asked != null && asked.compareTo(wait) > 0) {
            wait = asked;
        }
        if (stopping.getCount() == 0) {
            finished.await(AFTER_STOP.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static String lines(int count) {
        return count == 1 ? "1 line" : count + " lines";
    }
}
