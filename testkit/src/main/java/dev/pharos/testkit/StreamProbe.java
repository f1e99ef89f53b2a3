package dev.pharos.testkit;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.ResponseStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the host under test that notes every breach of what {@link ResponseStream.Listener} promises.
 *
 * <p>Its methods may be called on any thread.
 */
final class StreamProbe implements ResponseStream.Listener {

    private final Faults faults;
    private final EventLoop loop;
    private @Nullable ResponseStream stream;
    private boolean inCall;
    private @Nullable Supplier<@Nullable Encoded> source;

    private final AtomicInteger readies = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean sawUnready;

    private StreamProbe(Faults faults, EventLoop loop) {
        this.faults = faults;
        this.loop = loop;
    }

    /** Answers a request with a stream of status 200. */
    static StreamProbe open(Request request, Reply reply, Faults faults, Headers headers) {
        return open(request, reply, faults, 200, headers);
    }

    /** Answers a request with a stream. */
    static StreamProbe open(Request request, Reply reply, Faults faults, int status, Headers headers) {
        StreamProbe probe = new StreamProbe(faults, request.loop());
        probe.inCall = true;
        probe.stream = reply.stream(status, headers, probe);
        probe.inCall = false;
        return probe;
    }

    /** Writes one run. */
    StreamProbe write(String text) {
        return write(Encoded.of(text));
    }

    /** Writes one run. */
    StreamProbe write(Encoded run) {
        onLoop(() -> writeNow(run));
        return this;
    }

    /** Closes the stream. */
    StreamProbe close() {
        onLoop(() -> call(ResponseStream::close));
        return this;
    }

    /** Writes what a source gives whenever the stream is ready, until it gives null. */
    StreamProbe feed(Supplier<@Nullable Encoded> from) {
        onLoop(() -> {
            source = from;
            pump();
        });
        return this;
    }

    /** Whether the stream is ready, asked on its loop. */
    boolean ready() {
        return ask(() -> stream().ready());
    }

    /** How often the stream told that it is ready again. */
    int readies() {
        return readies.get();
    }

    /** Whether it has told that it ended. */
    boolean closed() {
        return closes.get() > 0;
    }

    /** The number of bytes written. */
    long written() {
        return written.get();
    }

    /** Whether {@link #feed} found it not ready. */
    boolean sawUnready() {
        return sawUnready;
    }

    /** Runs something on the loop. */
    void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** Runs something on the loop and waits for what it gives. */
    <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void onReady() {
        faults.onLoop(loop, "Listener.onReady");
        if (stream == null) {
            faults.add("Listener.onReady was called before stream() returned");
            return;
        }
        if (closed()) {
            faults.add("Listener.onReady was called after onClose");
        } else if (!stream.ready()) {
            faults.add("the stream is not ready in Listener.onReady");
        }
        readies.incrementAndGet();
        pump();
    }

    @Override
    public void onClose() {
        faults.onLoop(loop, "Listener.onClose");
        if (inCall) {
            faults.add("Listener.onClose was called from within a call on the stream");
        }
        int times = closes.incrementAndGet();
        if (times > 1) {
            faults.add("Listener.onClose was called %d times".formatted(times));
        }
    }

    private void pump() {
        while (source != null && !closed()) {
            if (!stream().ready()) {
                sawUnready = true;
                return;
            }
            Encoded next = source.get();
            if (next == null) {
                source = null;
            } else {
                writeNow(next);
            }
        }
    }

    private void writeNow(Encoded run) {
        call(s -> s.write(run));
        written.addAndGet(run.length());
    }

    private void call(Consumer<ResponseStream> call) {
        boolean nested = inCall;
        inCall = true;
        try {
            call.accept(stream());
        } catch (RuntimeException e) {
            faults.add("a call on the stream threw", e);
        } finally {
            inCall = nested;
        }
    }

    private ResponseStream stream() {
        return requireNonNull(stream);
    }
}
