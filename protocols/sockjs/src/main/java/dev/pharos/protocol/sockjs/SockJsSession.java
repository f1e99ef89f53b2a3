package dev.pharos.protocol.sockjs;

import dev.pharos.http.Request;
import dev.pharos.session.Handshake;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.SessionListener;
import dev.pharos.session.SessionOptions;
import dev.pharos.session.Sessions;

/** A session of SockJS, which is counted until it has ended. */
final class SockJsSession extends ProtocolSession {

    /** What opened it. */
    enum Kind {
        RAW_SOCKET,
        SOCKET,
        STREAM,
        POLL
    }

    private final Kind kind;
    private final SockJsCounts counts;

    /** A session that is to be opened on the loop of the request. */
    SockJsSession(
            Kind kind,
            Sessions sessions,
            String id,
            Request request,
            Handshake handshake,
            SessionOptions options,
            SessionListener listener,
            SockJsCounts counts) {
        super(sessions, id, request.loop(), handshake, options, listener);
        this.kind = kind;
        this.counts = counts;
    }

    /** It is kept and about to be opened. */
    SockJsSession counted() {
        counts.add(kind, 1);
        return this;
    }

    @Override
    public void send(byte[] message) {
        if (kind != Kind.RAW_SOCKET) {
            throw new UnsupportedOperationException(Frames.NO_BINARY);
        }
        super.send(message);
    }

    @Override
    protected void onOver() {
        counts.add(kind, -1);
    }
}
