package dev.pharos.host.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: the reply on the loop, and what the server's thread does for it.
 */
final class Exchange implements Reply {

    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    private final HttpExchange http;
    private final Loop loop;
    private final ExchangeRequest request;
    private final ExchangeBody body;
    private final Watch watch;
    private final Outlet outlet;

    // On the loop only.
    private boolean answered;
    private boolean over;
    private @Nullable ExchangeStream stream;
    private @Nullable Runnable abortAction;

    Exchange(HttpExchange http, Loop loop, Executor threads, Duration writeDeadline, LongSupplier nanos) {
        this.http = http;
        this.loop = loop;
        this.body = new ExchangeBody(http, loop, threads, this::bodyAborted);
        this.request = new ExchangeRequest(http, loop, body);
        this.watch = new Watch(writeDeadline, nanos, body::interrupt);
        this.outlet = new Outlet(http, watch, () -> loop.tell(this::caughtUp));
    }

    /** Has the handler answer, and writes the answer: on the server's thread, until the exchange is over. */
    void run(Handler handler) throws IOException {
        try {
            loop.execute(() -> begin(handler));
            outlet.run();
        } finally {
            // An interrupt by the watch must not reach what this thread does next.
            Thread.interrupted();
            loop.tell(this::end);
        }
    }

    private void begin(Handler handler) {
        try {
            handler.handle(request, this);
        } catch (RuntimeException | Error e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the handler of %s %s failed".formatted(request.method(), request.path()),
                    e);
            if (!answered) {
                send(Response.text(500, "The server failed."));
            } else if (stream != null) {
                outlet.abort(new IOException("the handler failed", e));
            }
        }
    }

    /** Ends what is still open: a stream cleanly, anything else with its connection. May be called on any thread. */
    void shutDown() {
        loop.tell(() -> {
            if (stream != null) {
                stream.close();
            } else if (!answered) {
                outlet.abort(new IOException("the host is closing"));
            }
        });
    }

    /** Ends a write that has blocked too long. */
    void checkDeadline() {
        watch.check();
    }

    /** Ends a write that blocks. */
    void expireNow() {
        watch.expireNow();
    }

    private void end() {
        over = true;
        body.stop();
        if (stream != null) {
            stream.end();
        }
        runAbortAction();
    }

    private void caughtUp() {
        if (stream != null) {
            stream.caughtUp();
        }
    }

    private void bodyAborted(IOException cause) {
        outlet.abort(cause);
    }

    private void runAbortAction() {
        Runnable action = abortAction;
        abortAction = null;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void send(Response response) {
        answer(response.headers());
        byte[] bytes = response.body();
        int status = response.status();
        boolean head = request.method().equals("HEAD");
        // What is empty to a HEAD may be a stream to a GET, whose length is not 0.
        if (head && bytes.length > 0 && status != 204 && status != 304) {
            http.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        }
        if (head || bytes.length == 0 || hasNoBody(status)) {
            outlet.head(status, -1);
        } else {
            outlet.head(status, bytes.length);
            outlet.data(Encoded.of(bytes));
        }
        outlet.end();
    }

    @Override
    public ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener) {
        answer(headers);
        ExchangeStream opened = new ExchangeStream(outlet, listener);
        stream = opened;
        if (over) {
            loop.execute(opened::end);
        } else if (request.method().equals("HEAD") || hasNoBody(status)) {
            outlet.head(status, -1);
            opened.close();
        } else {
            outlet.head(status, 0);
        }
        return opened;
    }

    private static boolean hasNoBody(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    /** Takes the one answer: its fields are set once all are known to be good. */
    private void answer(Headers headers) {
        if (answered) {
            throw new IllegalStateException("%s %s was answered already".formatted(request.method(), request.path()));
        }
        headers.forEach((name, value) -> {
            checkLatin1(name, name);
            checkLatin1(name, value);
        });
        answered = true;
        abortAction = null;
        headers.forEach(http.getResponseHeaders()::add);
    }

    private static void checkLatin1(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                throw new IllegalArgumentException("the header %s has U+%04X at %d, which is not ISO-8859-1"
                        .formatted(name, (int) text.charAt(i), i));
            }
        }
    }

    @Override
    public boolean speaksWebSocket() {
        return false;
    }

    @Override
    public UpgradeSupport upgradeSupport() {
        return Handshake.judge(request);
    }

    @Override
    public void upgrade(WebSocket.Options options, WebSocket.Listener listener) {
        throw new IllegalStateException("the upgrade is " + upgradeSupport() + ": the JDK's server has no WebSocket");
    }

    @Override
    public void onAbort(Runnable action) {
        if (answered) {
            return;
        }
        abortAction = action;
        if (over) {
            loop.execute(this::runAbortAction);
        }
    }
}
