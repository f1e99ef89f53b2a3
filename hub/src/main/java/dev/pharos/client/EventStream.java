package dev.pharos.client;

import dev.pharos.log.Event;
import dev.pharos.sse.SseException;
import dev.pharos.sse.SseParser;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection's event stream: parses what arrives, hands events to the sink, keeps the place.
 *
 * <p>The HTTP client's threads feed it, one at a time; nothing more is read while the sink blocks.
 */
final class EventStream implements BodySubscriber<String>, SseParser.Listener {

    /** More than an event of 1 MiB can grow to in its JSON shape. */
    private static final int EVENT_LIMIT = 8 * 1024 * 1024;

    private static final double DEFAULT_HEARTBEAT_SECONDS = 15;
    private static final double BEATS_MISSED = 2.5;

    private final Place place;
    private final EventSink sink;
    private final Consumer<String> notices;
    private final LongSupplier nanos;
    private final SseParser parser = new SseParser(this, EVENT_LIMIT, EVENT_LIMIT);
    private final CompletableFuture<String> beat = new CompletableFuture<>();
    private final CompletableFuture<String> body = new CompletableFuture<>();
    private final AtomicReference<Flow.@Nullable Subscription> upstream = new AtomicReference<>();
    private final ReentrantLock feeding = new ReentrantLock();
    private boolean closed;
    private volatile End end = End.OVER;
    private volatile boolean busy;
    private volatile long lastBytes;
    private volatile double heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;
    private volatile long retryMillis = -1;

    /** Why a stream is over. */
    enum End {
        /** The hub or the network ended it. */
        OVER,
        /** The sink takes nothing any more. */
        SINK_CLOSED,
        /** The hub sends what goes over a bound. */
        TOO_LARGE
    }

    EventStream(Place place, EventSink sink, Consumer<String> notices, LongSupplier nanos) {
        this.place = place;
        this.sink = sink;
        this.notices = notices;
        this.nanos = nanos;
        this.lastBytes = nanos.getAsLong();
        String id = place.lastEventId();
        parser.restart(id == null || place.fresh() ? "" : id);
    }

    /** How long until the connection must be taken for dead, in nanoseconds; not positive when it is. */
    long nanosLeft() {
        long allowed = (long) (heartbeatSeconds * BEATS_MISSED * 1e9);
        return busy ? allowed : lastBytes + allowed - nanos.getAsLong();
    }

    /** The reconnection time the hub asks for in milliseconds, or -1. */
    long retryMillis() {
        return retryMillis;
    }

    /** Done when the hub has told its heartbeat, which changes {@link #nanosLeft}. */
    CompletableFuture<String> beat() {
        return beat;
    }

    /** Whether the hub has begun to send it. */
    boolean opened() {
        return upstream.get() != null;
    }

    /** Why it is over, once it is. */
    End end() {
        return end;
    }

    /** Ends it; when this returns, the sink is not called any more. */
    void close() {
        feeding.lock();
        try {
            closed = true;
        } finally {
            feeding.unlock();
        }
        Flow.Subscription subscription = upstream.get();
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public CompletionStage<String> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        lastBytes = nanos.getAsLong();
        upstream.set(subscription);
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        busy = true;
        feeding.lock();
        try {
            if (closed) {
                return;
            }
            for (ByteBuffer buffer : buffers) {
                parser.feed(buffer);
            }
            sink.flush();
        } catch (SinkClosed | IOException e) {
            finish(End.SINK_CLOSED);
            return;
        } catch (SseException e) {
            notices.accept(e.getMessage() == null ? e.toString() : e.getMessage());
            finish(End.TOO_LARGE);
            return;
        } finally {
            lastBytes = nanos.getAsLong();
            busy = false;
            feeding.unlock();
        }
        Flow.Subscription subscription = upstream.get();
        if (subscription != null) {
            subscription.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.complete("");
    }

    @Override
    public void onComplete() {
        body.complete("");
    }

    @Override
    public void onEvent(String type, String data, String id) {
        if (type.equals(Event.HUB_TYPE)) {
            place.moveTo(id);
            control(data);
            return;
        }
        if (place.isBehind(id)) {
            return;
        }
        try {
            sink.event(data);
        } catch (IOException e) {
            throw new SinkClosed(e);
        }
        place.deliver(id);
    }

    @Override
    public void onId(String id) {
        place.moveTo(id);
    }

    @Override
    public void onRetry(long millis) {
        retryMillis = millis;
    }

    private void control(String data) {
        FlatJson said = FlatJson.of(data);
        if (said == null) {
            return;
        }
        double heartbeat = said.number("heartbeat", -1);
        if (heartbeat > 0) {
            heartbeatSeconds = heartbeat;
            beat.complete("");
        }
        if ("lost".equals(said.text("state"))) {
            String reason = said.text("reason");
            notices.accept("events were lost" + (reason == null ? "" : ": " + reason));
        }
    }

    private void finish(End how) {
        closed = true;
        Flow.Subscription subscription = upstream.get();
        if (subscription != null) {
            subscription.cancel();
        }
        end = how;
        body.complete("");
    }

    /** Carries the sink's failure through the parser. */
    private static final class SinkClosed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SinkClosed(IOException cause) {
            super(cause);
        }
    }
}
