package dev.pharos.testkit;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of the host under test that notes every breach of what {@link WebSocket.Listener} promises, and echoes
 * if it is told to.
 *
 * <p>Its methods may be called on any thread.
 */
final class SocketProbe implements WebSocket.Listener {

    private final Faults faults;
    private final EventLoop loop;
    private final boolean echoes;
    private @Nullable WebSocket socket;
    private @Nullable Supplier<@Nullable Encoded> source;

    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final AtomicInteger readies = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean sawUnready;

    private SocketProbe(Faults faults, EventLoop loop, boolean echoes) {
        this.faults = faults;
        this.loop = loop;
        this.echoes = echoes;
    }

    /** What onClose told. */
    record Closed(int code, String reason) {}

    /** Upgrades a request. */
    static SocketProbe open(Request request, Reply reply, Faults faults, WebSocket.Options options, boolean echoes) {
        SocketProbe probe = new SocketProbe(faults, request.loop(), echoes);
        reply.upgrade(options, probe);
        return probe;
    }

    /** Calls the socket on its loop. */
    SocketProbe call(Consumer<WebSocket> call) {
        loop.execute(() -> {
            try {
                call.accept(requireNonNull(socket, "onOpen was not called"));
            } catch (RuntimeException e) {
                faults.add("a call on the socket threw", e);
            }
        });
        return this;
    }

    /** Sends what a source gives whenever the socket is ready, until it gives null. */
    SocketProbe feed(Supplier<@Nullable Encoded> from) {
        loop.execute(() -> {
            source = from;
            pump();
        });
        return this;
    }

    /** What onClose told, once it did. */
    Closed awaitClosed() throws Exception {
        return closed.get(30, TimeUnit.SECONDS);
    }

    /** Whether onClose was called. */
    boolean closed() {
        return closed.isDone();
    }

    /** How often the socket told that it is ready again. */
    int readies() {
        return readies.get();
    }

    /** The number of messages that came. */
    long received() {
        return received.get();
    }

    /** The number of bytes sent by {@link #feed}. */
    long written() {
        return written.get();
    }

    /** Whether {@link #feed} found it not ready. */
    boolean sawUnready() {
        return sawUnready;
    }

    @Override
    public void onOpen(WebSocket opened) {
        faults.onLoop(loop, "WebSocket.Listener.onOpen");
        if (socket != null) {
            faults.add("WebSocket.Listener.onOpen was called twice");
        }
        socket = opened;
    }

    @Override
    public void onText(String message) {
        check("WebSocket.Listener.onText");
        received.incrementAndGet();
        if (echoes) {
            requireNonNull(socket).text(Encoded.of(message));
        }
    }

    @Override
    public void onBinary(ByteBuffer message) {
        check("WebSocket.Listener.onBinary");
        received.incrementAndGet();
        if (echoes) {
            byte[] copy = new byte[message.remaining()];
            message.get(copy);
            requireNonNull(socket).binary(copy);
        }
    }

    @Override
    public void onReady() {
        check("WebSocket.Listener.onReady");
        readies.incrementAndGet();
        pump();
    }

    @Override
    public void onClose(int code, String reason) {
        check("WebSocket.Listener.onClose");
        closed.complete(new Closed(code, reason));
    }

    private void check(String call) {
        faults.onLoop(loop, call);
        if (socket == null) {
            faults.add(call + " was called before onOpen");
        }
        if (closed.isDone()) {
            faults.add(call + " was called after onClose");
        }
    }

    private void pump() {
        WebSocket open = requireNonNull(socket);
        while (source != null && !closed.isDone()) {
            if (!open.ready()) {
                sawUnready = true;
                return;
            }
            Encoded next = source.get();
            if (next == null) {
                source = null;
            } else {
                open.text(next);
                written.addAndGet(next.length());
            }
        }
    }
}
