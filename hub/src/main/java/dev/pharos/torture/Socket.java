package dev.pharos.torture;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A WebSocket that speaks {@code pharos.v1}. One thread sends; another of the HTTP client's takes what comes. */
final class Socket implements WebSocket.Listener, AutoCloseable {

    private static final long SECONDS = 10;

    private final Predicate<Json> taker;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private final StringBuilder message = new StringBuilder();
    private @Nullable WebSocket socket;
    private boolean closed;

    private Socket(Predicate<Json> taker) {
        this.taker = taker;
    }

    /**
     * Connects.
     *
     * @param taker is given each message; false ends the connection, and so does what it throws
     */
    static Socket open(HttpClient http, URI hub, Predicate<Json> taker) throws IOException, InterruptedException {
        Socket socket = new Socket(taker);
        URI uri = URI.create(hub.toString().replaceFirst("^http", "ws"));
        try {
            socket.socket = await(http.newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(SECONDS))
                    .subprotocols("pharos.v1")
                    .buildAsync(uri, socket));
            return socket;
        } catch (IOException | InterruptedException failure) {
            socket.close(); // it may still come about, too late
            throw failure;
        }
    }

    void send(String text) throws IOException, InterruptedException {
        WebSocket to = socket;
        if (to != null) {
            await(to.sendText(text, true));
        }
    }

    /** Done when nothing more comes; with a {@link Violation} when that is why. */
    CompletableFuture<@Nullable Void> over() {
        return over;
    }

    /** When this returns, the taker is not called any more. */
    @Override
    public synchronized void close() {
        closed = true;
        WebSocket old = socket;
        if (old != null) {
            old.abort();
        }
        over.complete(null);
    }

    @Override
    public synchronized void onOpen(WebSocket opened) {
        if (closed) {
            opened.abort();
        } else {
            opened.request(1);
        }
    }

    @Override
    public synchronized @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last && !closed) {
            String text = message.toString();
            message.setLength(0);
            try {
                closed = !taker.test(Json.of(text));
            } catch (RuntimeException wrong) {
                closed = true;
                over.completeExceptionally(wrong);
            }
        }
        if (closed) {
            over.complete(null);
        } else {
            from.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        over.complete(null);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        over.complete(null);
    }

    private static <T> T await(CompletableFuture<T> result) throws IOException, InterruptedException {
        try {
            return result.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer in time", late);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof WebSocketHandshakeException refused) {
                int status = refused.getResponse().statusCode();
                Transport.check(status == 200 ? 503 : status, "a WebSocket");
            }
            throw new IOException(failure);
        }
    }
}
