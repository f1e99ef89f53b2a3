package dev.pharos.client;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from a hub for as long as somebody wants them: reconnects by itself, resumes where it was, and gives no
 * event twice.
 *
 * <p>A connection that is silent for two and a half heartbeats is taken for dead. {@link #run} is called once.
 */
public final class Subscriber {

    private static final long LONGEST_RETRY_MILLIS = 5 * 60_000;
    private static final double RETRY_JITTER = 0.25;

    private final HubClient client;
    private final Selection selection;
    private final EventSink sink;
    private final Backoff backoff;
    private final LongSupplier nanos;
    private final Consumer<String> notices;
    private final Place place;
    private final AtomicInteger failures = new AtomicInteger();

    /**
     * Reads through {@code client}.
     *
     * @param nanos a clock that only moves forward, in nanoseconds
     * @param notices told, a sentence each, what people should know
     */
    public Subscriber(
            HubClient client,
            Selection selection,
            EventSink sink,
            Backoff backoff,
            LongSupplier nanos,
            Consumer<String> notices) {
        this.client = client;
        this.selection = selection;
        this.sink = sink;
        this.backoff = backoff;
        this.nanos = nanos;
        this.notices = notices;
        this.place = new Place(selection.lastEventId());
    }

    /**
     * Reads until the sink is closed or the hub says that there is nothing more to read.
     *
     * @return whether that is the end that was wanted; false after a refusal, which was told as a notice
     */
    public boolean run() throws InterruptedException {
        while (true) {
            EventStream stream = new EventStream(place, sink, notices, nanos);
            Attempt attempt = connect(stream);
            switch (attempt) {
                case Attempt.Finished(boolean wanted) -> {
                    return wanted;
                }
                case Attempt.Ended() -> pause(afterEnd(stream.retryMillis()));
                case Attempt.Failed(String reason, Duration asked) -> {
                    if (failures.getAndIncrement() == 0) {
                        notices.accept(reason + "; trying again until it is there");
                    }
                    Duration wait = backoff.after(failures.get());
                    pause(asked != null && asked.compareTo(wait) > 0 ? asked : wait);
                }
            }
        }
    }

    /** What became of one connection. */
    private sealed interface Attempt {
        /** It is over for good. */
        record Finished(boolean wanted) implements Attempt {}

        /** The stream was there and is over. */
        record Ended() implements Attempt {}

        /** There was no stream. */
        record Failed(String reason, @Nullable Duration retryAfter) implements Attempt {}
    }

    private Attempt connect(EventStream stream) throws InterruptedException {
        BodyHandler<String> handler =
                head -> isStream(head) ? opened(stream) : BodySubscribers.ofString(StandardCharsets.UTF_8);
        CompletableFuture<HttpResponse<String>> exchange =
                client.stream(selection.parameters(place.fresh()), place.lastEventId(), handler);
        try {
            return judge(await(exchange, stream), stream);
        } catch (TimeoutException e) {
            return stream.opened()
                    ? new Attempt.Ended()
                    : new Attempt.Failed("no answer from " + client.hub() + " in time", null);
        } catch (ExecutionException e) {
            return new Attempt.Failed(client.reason(e.getCause() == null ? e : e.getCause()), null);
        } finally {
            stream.close();
            exchange.cancel(true);
        }
    }

    private static HttpResponse<String> await(CompletableFuture<HttpResponse<String>> exchange, EventStream stream)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            long left = stream.nanosLeft();
            if (left <= 0) {
                throw new TimeoutException();
            }
            try {
                if (!stream.beat().isDone()) {
                    CompletableFuture.anyOf(exchange, stream.beat()).get(left, TimeUnit.NANOSECONDS);
                } else {
                    return exchange.get(left, TimeUnit.NANOSECONDS);
                }
                if (exchange.isDone()) {
                    return exchange.get();
                }
            } catch (TimeoutException e) {
                // bytes may have come meanwhile
            }
        }
    }

    private EventStream opened(EventStream stream) {
        if (failures.getAndSet(0) > 0) {
            notices.accept("the hub is back");
        }
        return stream;
    }

    private Attempt judge(HttpResponse<String> response, EventStream stream) {
        int status = response.statusCode();
        if (stream.opened()) {
            return switch (stream.end()) {
                case OVER -> new Attempt.Ended();
                case SINK_CLOSED -> new Attempt.Finished(true);
                case TOO_LARGE -> new Attempt.Finished(false);
            };
        } else if (status == 204) {
            notices.accept("the hub says that there is nothing more to read (204)");
            return new Attempt.Finished(true);
        } else if (HubClient.later(status)) {
            return new Attempt.Failed(client.sentence(status, response.body()), HubClient.retryAfter(response));
        } else if (status == 200) {
            String type = response.headers().firstValue("Content-Type").orElse("no type");
            notices.accept(client.hub() + " answers with " + type + ", not an event stream: is it a hub?");
        } else {
            notices.accept("refused: " + client.sentence(status, response.body()));
        }
        return new Attempt.Finished(false);
    }

    private static boolean isStream(HttpResponse.ResponseInfo head) {
        return head.statusCode() == 200
                && head.headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .startsWith("text/event-stream");
    }

    /** The wait after a stream has ended: what the hub asked for and a little more, so that not all come at once. */
    private Duration afterEnd(long retryMillis) {
        if (retryMillis < 0) {
            return backoff.after(1);
        }
        double jitter = 1 + RETRY_JITTER * backoff.random().nextDouble();
        return Duration.ofMillis(Math.round(Math.min(retryMillis, LONGEST_RETRY_MILLIS) * jitter));
    }

    private static void pause(Duration wait) throws InterruptedException {
        new CountDownLatch(1).await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}
