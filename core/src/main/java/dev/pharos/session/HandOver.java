package dev.pharos.session;

import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;

/**
 * A reply on another loop than its connection's: what is called here happens there, what happens there is told here, each in
 * order.
 *
 * <p>So a session on one loop uses connections of all. What is on its way in between is bounded as at a host.
 */
public final class HandOver implements Reply {

    private final Reply reply;
    private final EventLoop there;
    private final EventLoop here;
    private final boolean speaksWebSocket;
    private final UpgradeSupport upgradeSupport;
    private boolean answered;

    private HandOver(Reply reply, EventLoop there, EventLoop here) {
        this.reply = reply;
        this.there = there;
        this.here = here;
        this.speaksWebSocket = reply.speaksWebSocket();
        this.upgradeSupport = reply.upgradeSupport();
    }

    /**
     * A reply that is used on the loop {@code to}; called on the request's loop, once.
     *
     * @return the reply itself if that is the same loop
     */
    public static Reply of(Request request, Reply reply, EventLoop to) {
        return request.loop().equals(to) ? reply : new HandOver(reply, request.loop(), to);
    }

    @Override
    public void send(Response response) {
        answered = true;
        Sessions.execute(there, () -> reply.send(response));
    }

    @Override
    public ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener) {
        answered = true;
        FarStream stream = new FarStream(here, there, listener);
        Sessions.execute(there, () -> stream.begin(reply.stream(status, headers, stream)));
        return stream;
    }

    @Override
    public boolean speaksWebSocket() {
        return speaksWebSocket;
    }

    @Override
    public UpgradeSupport upgradeSupport() {
        return upgradeSupport;
    }

    @Override
    public void upgrade(WebSocket.Options options, WebSocket.Listener listener) {
        answered = true;
        Sessions.execute(there, () -> reply.upgrade(options, new FarSocket(here, there, listener)));
    }

    @Override
    public void onAbort(Runnable action) {
        Sessions.execute(
                there,
                () -> reply.onAbort(() -> Sessions.execute(here, () -> {
                    if (!answered) {
                        action.run();
                    }
                })));
    }
}
