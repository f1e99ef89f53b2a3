package dev.pharos.protocol.socketio.engine;

import dev.pharos.http.EventLoop;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.ProtocolSession;
import dev.pharos.session.Receiver;
import dev.pharos.session.SessionListener;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO session: its heartbeat, what its packets mean, and which transport it has. On its loop only.
 */
final class EngineSession extends ProtocolSession {

    private final EngineIo engine;
    private final Heartbeats heartbeats;
    private final DelayLine.Entry nextPing = new DelayLine.Entry() {
        @Override
        void onDue(long due) {
            ping(due);
        }
    };
    private final DelayLine.Entry missingPong = new DelayLine.Entry() {
        @Override
        void onDue(long due) {
            fail(CloseReason.IDLE, "no pong came in time");
        }
    };

    private boolean isSocket;
    private boolean counted;
    /** A ping is due that no connection has taken yet. */
    private boolean pingWaits;

    private boolean closedByClient;
    /** The client knows of the end, or is not to be told. */
    private boolean told;

    private boolean posting;
    private @Nullable EngineSocket probe;
    /** The probe has been answered: polls end at once. */
    private boolean isProbed;

    EngineSession(
            EngineIo engine,
            String id,
            EventLoop loop,
            Handshake handshake,
            SessionListener listener,
            boolean isSocket) {
        super(engine.sessions(), id, loop, handshake, engine.sessionOptions(), listener);
        this.engine = engine;
        this.heartbeats = engine.heartbeats(loop);
        this.isSocket = isSocket;
    }

    /** Opens it; the first ping is timed from here. */
    void begin() {
        enter();
        heartbeats.pings().add(nextPing, heartbeats.now());
        open();
    }

    /** Counts it; before its peer learns of it, who may ask. */
    void enter() {
        if (!counted) {
            counted = true;
            count(1);
        }
    }

    private void count(int change) {
        if (isSocket) {
            engine.counts().webSocket(change);
        } else {
            engine.counts().polling(change);
        }
    }

    @Override
    protected void onOver() {
        nextPing.cancel();
        missingPong.cancel();
        if (counted) {
            counted = false;
            count(-1);
        }
        EngineSocket open = probe;
        probe = null;
        if (open != null) {
            open.abandon("the session has ended");
        }
    }

    // heartbeat

    private void ping(long due) {
        if (!isOpen()) {
            return;
        }
        heartbeats.pongs().add(missingPong, due);
        Receiver current = receiver();
        if (current instanceof EngineSocket socket) {
            socket.ping();
        } else {
            pingWaits = true;
            if (current instanceof EnginePoll poll) {
                poll.heartbeat();
            }
        }
    }

    /** Whoever comes too late finds the session ended, also when the timer is late. */
    void advance() {
        heartbeats.advance();
    }

    private void pong() {
        if (missingPong.isWaiting()) {
            missingPong.cancel();
            heartbeats.pings().add(nextPing, heartbeats.now());
        }
    }

    // packets

    /** Does what a packet of the client says. */
    void accept(EnginePacket packet) {
        switch (packet) {
            case EnginePacket.Binary binary -> receive(ByteBuffer.wrap(binary.data()));
            case EnginePacket.Text text -> {
                switch (text.type()) {
                    case MESSAGE -> receive(text.data());
                    case PONG -> pong();
                    case CLOSE -> {
                        closedByClient = true;
                        end(CloseReason.CLIENT, "the client closed the session");
                    }
                    case PING, OPEN -> throw new MalformedPacketException("only a server sends this packet");
                    case UPGRADE, NOOP -> {}
                }
            }
        }
    }

    void refuse(MalformedPacketException malformed) {
        fail(CloseReason.PROTOCOL_ERROR, Objects.requireNonNull(malformed.getMessage()));
    }

    /** Ends it for a fault of the client, which then knows of no such session. */
    void fail(CloseReason reason, String sentence) {
        told = true;
        end(reason, sentence);
    }

    // polling

    /** Whether a WebSocket is its transport. */
    boolean isSocket() {
        return isSocket;
    }

    /** Whether it is open and polls. */
    boolean isPolling() {
        return isOpen() && !isSocket;
    }

    /** What a poll is to bring beside messages, or nothing. */
    String control() {
        String ping = pingWaits ? String.valueOf(EnginePacket.Type.PING.code()) : "";
        pingWaits = false;
        String noop = isProbed ? String.valueOf(EnginePacket.Type.NOOP.code()) : "";
        return ping.isEmpty() || noop.isEmpty() ? ping + noop : ping + PayloadReader.SEPARATOR + noop;
    }

    boolean hasControl() {
        return pingWaits || isProbed;
    }

    /** Whether a poll has a use: the session is open, or the client is to be told of the end by one that was on its way. */
    boolean awaitsPoll() {
        return isOpen() || !told;
    }

    /** The packet that ends a poll when the session does. */
    EnginePacket.Type last() {
        told = true;
        return closedByClient ? EnginePacket.Type.NOOP : EnginePacket.Type.CLOSE;
    }

    /** A request of the client begins; false when another one has not ended. */
    boolean beginPost() {
        if (posting) {
            return false;
        }
        posting = true;
        return true;
    }

    void endPost() {
        posting = false;
    }

    // upgrade

    /** A WebSocket asks to become the transport; false when there is one or another one asks already. */
    boolean beginProbe(EngineSocket socket) {
        if (!isPolling() || probe != null) {
            return false;
        }
        probe = socket;
        return true;
    }

    /** The probe came: waiting polls end, so that the client can change over. */
    void probed() {
        isProbed = true;
        if (receiver() instanceof EnginePoll poll) {
            poll.heartbeat();
        }
    }

    void endProbe(EngineSocket socket) {
        if (probe == socket) {
            probe = null;
            isProbed = false;
        }
    }

    /** From here on the WebSocket is the transport. */
    void upgrade(EngineSocket socket) {
        if (receiver() instanceof EnginePoll poll) {
            poll.finish();
        }
        probe = null;
        isProbed = false;
        count(-1);
        isSocket = true;
        count(1);
        attach(socket);
        if (pingWaits) {
            pingWaits = false;
            socket.ping();
        }
    }
}
