package dev.pharos.testkit.fake;

import static java.util.Objects.requireNonNull;

import dev.pharos.http.Body;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer in memory, as strict about the seam's rules as a host may be.
 *
 * <p>The test is the peer: it sends the body, reads what was answered and goes away. Used on its loop's thread only.
 */
public final class FakeExchange implements Request, Reply, Body {

    private final EventLoop loop;
    private final String method;
    private final String path;
    private final @Nullable String query;
    private final List<String[]> fields = new ArrayList<>();
    private long bodyLength;
    private UpgradeSupport upgradeSupport = UpgradeSupport.NOT_ASKED;

    private @Nullable Reader reader;
    private boolean paused;
    private boolean answered;
    private @Nullable Response response;
    private @Nullable FakeStream stream;
    private @Nullable FakeSocket socket;
    private int status;
    private Headers headers = Headers.NONE;
    private @Nullable Runnable abort;
    private boolean gone;

    /** A request without a body; each line is a field, as {@code Name: value}. */
    public FakeExchange(EventLoop loop, String method, String target, String... lines) {
        this.loop = loop;
        this.method = method;
        int mark = target.indexOf('?');
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.query = mark < 0 ? null : target.substring(mark + 1);
        for (String line : lines) {
            int colon = line.indexOf(':');
            fields.add(new String[] {
                line.substring(0, colon), line.substring(colon + 1).strip()
            });
        }
    }

    /** Announces a body of this length; -1 for one whose length is not known. */
    public FakeExchange bodyLength(long length) {
        bodyLength = length;
        return this;
    }

    /** Makes it a request that may be upgraded to a WebSocket, or that asks for it in a wrong way. */
    public FakeExchange upgradeSupport(UpgradeSupport support) {
        upgradeSupport = support;
        return this;
    }

    // the request

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        List<String> all = headers(name);
        return all.isEmpty() ? null : all.getFirst();
    }

    @Override
    public List<String> headers(String name) {
        return fields.stream()
                .filter(field -> field[0].equalsIgnoreCase(name))
                .map(field -> field[1])
                .toList();
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

    // its body

    @Override
    public long length() {
        return bodyLength;
    }

    @Override
    public void read(Reader to) {
        if (reader != null) {
            throw new AssertionError("the body is read twice");
        }
        reader = to;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    /** Whether somebody reads the body. */
    public boolean isRead() {
        return reader != null;
    }

    /** Whether the reader of the body takes no more for now. */
    public boolean isPaused() {
        return paused;
    }

    /** Sends a part of the body. */
    public FakeExchange push(byte[] bytes) {
        if (reader != null) {
            reader.onData(ByteBuffer.wrap(bytes));
        }
        return this;
    }

    /** Sends a part of the body. */
    public FakeExchange push(String text) {
        return push(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the body. */
    public FakeExchange end() {
        if (reader != null) {
            reader.onEnd();
        }
        return this;
    }

    /** The peer goes away within the body. */
    public void abortBody() {
        requireNonNull(reader).onAbort(new IOException("the peer went away"));
    }

    // the reply

    private void answer() {
        if (answered) {
            throw new AssertionError("answered twice");
        }
        answered = true;
        abort = null;
    }

    @Override
    public void send(Response sent) {
        answer();
        response = sent;
        status = sent.status();
        headers = sent.headers();
    }

    @Override
    public ResponseStream stream(int code, Headers fieldsSent, ResponseStream.Listener listener) {
        answer();
        status = code;
        headers = fieldsSent;
        FakeStream begun = new FakeStream(loop, listener);
        stream = begun;
        return begun;
    }

    @Override
    public boolean speaksWebSocket() {
        return true;
    }

    @Override
    public UpgradeSupport upgradeSupport() {
        return upgradeSupport;
    }

    @Override
    public void upgrade(WebSocket.Options options, WebSocket.Listener listener) {
        if (upgradeSupport != UpgradeSupport.READY) {
            throw new IllegalStateException("the upgrade is " + upgradeSupport);
        }
        answer();
        status = 101;
        headers = options.headers();
        FakeSocket opened = new FakeSocket(loop, options, listener);
        socket = opened;
        listener.onOpen(opened);
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
    public void disappear() {
        gone = true;
        Runnable action = abort;
        abort = null;
        if (action != null) {
            action.run();
        }
    }

    /** Whether there is an answer. */
    public boolean answered() {
        return answered;
    }

    /** The answer's status, 0 without an answer. */
    public int status() {
        return status;
    }

    /** The answer's fields. */
    public Headers headers() {
        return headers;
    }

    /** A field of the answer. */
    public @Nullable String field(String name) {
        return headers.get(name);
    }

    /** The body of a whole answer. */
    public String text() {
        return new String(requireNonNull(response, "no whole answer").body(), StandardCharsets.UTF_8);
    }

    /** The stream that is the answer. */
    public FakeStream stream() {
        return requireNonNull(stream, "no stream");
    }

    /** The socket that it was upgraded to. */
    public FakeSocket socket() {
        return requireNonNull(socket, "no socket");
    }
}
