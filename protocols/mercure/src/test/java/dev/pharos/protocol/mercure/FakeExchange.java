package dev.pharos.protocol.mercure;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.Body;
import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import dev.pharos.testkit.ManualLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request and its answer in memory, on a loop that the test moves. */
final class FakeExchange implements Request, Reply, Body, ResponseStream {

    final ManualLoop loop;
    private final String method;
    private final String target;
    private final List<String> lines;
    private final byte[] body;
    private final StringBuilder streamed = new StringBuilder();
    private @Nullable Response response;
    private ResponseStream.@Nullable Listener listener;
    private Headers headers = Headers.NONE;
    private int status;
    private boolean gone;
    private @Nullable Runnable abort;
    boolean closed;

    FakeExchange(String method, String target, String... lines) {
        this(new ManualLoop(), method, target, "", lines);
    }

    FakeExchange(ManualLoop loop, String method, String target, String body, String... lines) {
        this.loop = loop;
        this.method = method;
        this.target = target;
        this.body = body.getBytes(StandardCharsets.UTF_8);
        this.lines = List.of(lines);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    @Override
    public @Nullable String query() {
        int mark = target.indexOf('?');
        return mark < 0 ? null : target.substring(mark + 1);
    }

    @Override
    public @Nullable String header(String name) {
        List<String> all = headers(name);
        return all.isEmpty() ? null : all.getFirst();
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (line.substring(0, colon).equalsIgnoreCase(name)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7070);
    }

    @Override
    public Body body() {
        return this;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public long length() {
        return body.length;
    }

    @Override
    public void read(Reader reader) {
        reader.onData(ByteBuffer.wrap(body));
        reader.onEnd();
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void send(Response sent) {
        if (status != 0) {
            throw new AssertionError("answered twice");
        }
        response = sent;
        status = sent.status();
        headers = sent.headers();
    }

    @Override
    public ResponseStream stream(int code, Headers fields, ResponseStream.Listener told) {
        if (status != 0) {
            throw new AssertionError("answered twice");
        }
        status = code;
        headers = fields;
        listener = told;
        return this;
    }

    @Override
    public boolean speaksWebSocket() {
        return false;
    }

    @Override
    public UpgradeSupport upgradeSupport() {
        return UpgradeSupport.NOT_ASKED;
    }

    @Override
    public void upgrade(WebSocket.Options options, WebSocket.Listener told) {
        throw new IllegalStateException("not asked");
    }

    @Override
    public void onAbort(Runnable action) {
        if (gone) {
            action.run();
        } else {
            abort = action;
        }
    }

    /** The peer goes away before it has an answer. */
    void disappear() {
        gone = true;
        Runnable action = abort;
        abort = null;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public boolean ready() {
        return !closed;
    }

    @Override
    public void write(Encoded bytes) {
        if (!closed) {
            streamed.append(new String(bytes.bytes(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loop.execute(requireNonNull(listener)::onClose);
        }
    }

    int status() {
        return status;
    }

    Headers fields() {
        return headers;
    }

    @Nullable
    String field(String name) {
        return headers.get(name);
    }

    /** What was streamed so far. */
    String streamed() {
        return streamed.toString();
    }

    /** The body of a whole answer. */
    String text() {
        return new String(requireNonNull(response, "no whole answer").body(), StandardCharsets.UTF_8);
    }
}
