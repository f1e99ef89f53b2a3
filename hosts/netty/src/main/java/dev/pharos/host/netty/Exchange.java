package dev.pharos.host.netty;

import dev.pharos.host.netty.ResponseHead.Persistence;
import dev.pharos.http.Body;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and the way to its answer.
 */
final class Exchange extends Slot implements Request, Reply {

    private static final RequestHead.Framing NO_BODY = new RequestHead.Framing(0, false);

    private final RequestHead head;
    private final boolean keepAlive;
    private final IncomingBody body;
    private boolean answered;
    private boolean last;
    private @Nullable Response response;
    private @Nullable Runnable abortAction;
    private @Nullable StreamedBody begun;

    Exchange(Connection connection, RequestHead head) {
        super(connection);
        this.head = head;
        this.keepAlive = head.keepAlive();
        this.body = new IncomingBody(connection, this, head.framing());
    }

    /** A request that is refused without being looked at further, and the last of its connection. */
    Exchange(Connection connection, RequestHead head, Response refusal) {
        super(connection);
        this.head = head;
        this.keepAlive = false;
        this.body = new IncomingBody(connection, this, NO_BODY);
        this.answered = true;
        this.response = refusal;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return head.target().path();
    }

    @Override
    public @Nullable String query() {
        return head.target().query();
    }

    @Override
    public @Nullable String header(String name) {
        return head.header(name);
    }

    @Override
    public List<String> headers(String name) {
        return head.headers(name);
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.channel().remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return connection.channel().localAddress();
    }

    @Override
    public Body body() {
        return body;
    }

    IncomingBody incoming() {
        return body;
    }

    @Override
    public EventLoop loop() {
        return connection.loop;
    }

    boolean answered() {
        return answered;
    }

    /** Whether the client allows another request after this one. */
    boolean keepAlive() {
        return keepAlive;
    }

    private void answer() {
        if (answered) {
            throw new IllegalStateException("the request was answered already");
        }
        answered = true;
        abortAction = null;
    }

    @Override
    public void send(Response answer) {
        answer();
        if (!connection.gone()) {
            response = answer;
            connection.advance();
        }
    }

    @Override
    public ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener) {
        answer();
        boolean old = http10();
        boolean ends = old || !keepAlive || (connection.closing() && next == null);
        StreamedBody stream = new StreamedBody(connection, listener, !old, ends);
        if (connection.gone()) {
            stream.beginEnded();
        } else if (bodiless(status) || isHead()) {
            stream.beginEnded();
            response = Response.empty(status, headers);
            connection.advance();
        } else {
            connection.answers.replace(this, stream);
            begun = stream;
            stream.begin(
                    status,
                    headers,
                    connection.answers.atHead(stream),
                    stream.last() ? Persistence.CLOSE : Persistence.KEEP_ALIVE);
        }
        return stream;
    }

    @Override
    public boolean speaksWebSocket() {
        return true;
    }

    @Override
    public UpgradeSupport upgradeSupport() {
        return Handshake.support(head, body.length());
    }

    @Override
    public void upgrade(WebSocket.Options options, WebSocket.Listener listener) {
        if (upgradeSupport() != UpgradeSupport.READY) {
            throw new IllegalStateException("the request is no WebSocket handshake: " + upgradeSupport());
        }
        answer();
        WebSocketSession session = new WebSocketSession(connection, options, listener);
        if (connection.gone()) {
            session.openAndBreak();
            return;
        }
        Handshake.accept(head, options, connection.loop.heads, connection.out.buffer());
        connection.out.written();
        connection.become(session);
    }

    @Override
    public void onAbort(Runnable action) {
        if (connection.gone()) {
            connection.loop.execute(() -> connection.guard(action));
        } else if (!answered) {
            abortAction = action;
            connection.peerIsWatched();
        }
    }

    /** Whether this wants a WebSocket and will get it if the handler agrees. */
    boolean wantsUpgrade() {
        return upgradeSupport() == UpgradeSupport.READY;
    }

    @Override
    boolean takeTurn() {
        Response ready = response;
        if (ready == null) {
            body.continueIfAsked();
            return false;
        }
        response = null;
        boolean drained = body.discard();
        last = !keepAlive || !drained || (connection.closing() && next == null);
        boolean bodiless = bodiless(ready.status());
        // What is empty to a HEAD may be a stream to a GET, whose length is not 0.
        boolean unknown = ready.body().length == 0 && isHead();
        long length = bodiless || unknown ? ResponseHead.NO_BODY : ready.body().length;
        connection.loop.heads.write(connection.out.buffer(), ready.status(), ready.headers(), length, persistence());
        if (!bodiless && length > 0 && !isHead()) {
            connection.out.body(ready.body());
        }
        connection.out.written();
        return true;
    }

    private Persistence persistence() {
        if (last) {
            return Persistence.CLOSE;
        }
        return http10() ? Persistence.SAY_KEEP_ALIVE : Persistence.KEEP_ALIVE;
    }

    @Override
    boolean last() {
        return last;
    }

    @Override
    boolean watchesPeer() {
        return abortAction != null;
    }

    @Override
    void abort() {
        Runnable action = abortAction;
        abortAction = null;
        if (action != null) {
            connection.guard(action);
        }
    }

    private boolean http10() {
        return head.isHttp10();
    }

    /** Ends what a handler that failed has left open. */
    void fail() {
        StreamedBody stream = begun;
        if (!answered) {
            send(Response.text(500, "the server failed to answer this request"));
        } else if (stream != null) {
            stream.close();
        }
    }

    private boolean isHead() {
        return head.method().equals("HEAD");
    }

    private static boolean bodiless(int status) {
        return status < 200 || status == 204 || status == 304;
    }
}
