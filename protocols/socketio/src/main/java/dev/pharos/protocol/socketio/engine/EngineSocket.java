package dev.pharos.protocol.socketio.engine;

import dev.pharos.auth.RefusedException;
import dev.pharos.http.Encoded;
import dev.pharos.http.WebSocket;
import dev.pharos.hub.Timed;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.Receiver;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as the transport of a session, from its beginning or after an upgrade (protocol section "Upgrade"). On the
 * session's loop only.
 */
final class EngineSocket extends Timed implements Receiver, WebSocket.Listener {

    private static final int BROKEN = 1006;
    private static final int POLICY = 1008;
    private static final int TRY_AGAIN = 1013;
    /** How a library calls itself whose user does not hear of a close. */
    private static final String OKHTTP = "okhttp/";

    private static final String PROBE = "probe";
    private static final Encoded PING = Encoded.of("2");
    private static final Encoded PROBED = Encoded.of("3" + PROBE);

    /** Messages as message packets. */
    private static final UnaryOperator<Encoded> FRAMING = EngineSocket::packets;

    private enum Stage {
        /** The session begins with it. */
        FIRST,
        /** It is there, but the session polls. */
        PROBING,
        /** It is the transport. */
        OPEN,
        ENDED
    }

    private final EngineIo engine;
    /** Makes the session that begins with this; null for an upgrade. */
    private final EngineIo.@Nullable Opening opening;

    private @Nullable EngineSession session;
    private @Nullable WebSocket socket;
    private Stage stage;
    /** A probe came and was answered. */
    private boolean probed;

    /** Begins a session when it opens. */
    EngineSocket(EngineIo engine, EngineIo.Opening opening) {
        this.engine = engine;
        this.opening = opening;
        this.stage = Stage.FIRST;
    }

    /** Asks to become the transport of a session. */
    EngineSocket(EngineIo engine, EngineSession session) {
        this.engine = engine;
        this.opening = null;
        this.session = session;
        this.stage = Stage.PROBING;
    }

    private WebSocket socket() {
        return Objects.requireNonNull(socket);
    }

    private EngineSession session() {
        return Objects.requireNonNull(session);
    }

    // what the client does

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        if (stage == Stage.FIRST) {
            begin(Objects.requireNonNull(opening));
        } else if (stage == Stage.PROBING) {
            if (session().beginProbe(this)) {
                session().lane().timers().schedule(this, engine.options().upgradeTimeoutMillis());
            } else {
                abandon("the session has a WebSocket, or has ended");
            }
        } else {
            tellEnd(opened, POLICY, "the session has ended");
        }
    }

    /**
     * The Java client leaves a Close frame unanswered and reads no further (OkHttp waits for its user to close too), so
     * that it would miss the end until its ping time-out. It notices at once when the line breaks without one.
     */
    private void tellEnd(WebSocket to, int code, String reason) {
        Handshake handshake = session != null
                ? session.handshake()
                : Objects.requireNonNull(opening).handshake();
        String agent = handshake.header("User-Agent");
        if (agent != null && agent.startsWith(OKHTTP)) {
            to.end();
        } else {
            to.close(code, reason);
        }
    }

    private void begin(EngineIo.Opening by) {
        EngineSession begun;
        try {
            begun = by.session(true);
        } catch (RefusedException tooMany) {
            turnAway("this client has too many connections");
            return;
        }
        if (begun == null) {
            turnAway("there are too many sessions, or the server is stopping");
            return;
        }
        session = begun;
        stage = Stage.OPEN;
        begun.enter();
        socket().text(Encoded.of(engine.openPacket(begun.id(), false)));
        begun.attach(this);
        begun.begin();
    }

    private void turnAway(String reason) {
        stage = Stage.ENDED;
        tellEnd(socket(), TRY_AGAIN, reason);
    }

    @Override
    public void onText(String message) {
        switch (stage) {
            case OPEN -> {
                try {
                    session().accept(EnginePacket.text(message));
                } catch (MalformedPacketException malformed) {
                    session().refuse(malformed);
                }
            }
            case PROBING -> onProbe(message);
            case FIRST, ENDED -> {}
        }
    }

    private void onProbe(String message) {
        switch (message) {
            case "2" + PROBE -> {
                if (probed) {
                    abandon("one probe was expected");
                    return;
                }
                probed = true;
                socket().text(PROBED);
                session().probed();
            }
            case "5" -> {
                stage = Stage.OPEN;
                session().lane().timers().cancel(this);
                session().upgrade(this);
            }
            default -> abandon("a probe was expected");
        }
    }

    @Override
    public void onBinary(ByteBuffer message) {
        if (stage == Stage.OPEN) {
            session().receive(message);
        } else if (stage == Stage.PROBING) {
            abandon("a probe was expected");
        }
    }

    @Override
    public void onReady() {
        if (stage == Stage.OPEN) {
            session().onReady(this);
        }
    }

    @Override
    public void onClose(int code, String reason) {
        switch (stage) {
            case OPEN -> {
                session().end(code == BROKEN ? CloseReason.TRANSPORT : CloseReason.CLIENT, reason);
                session().detach(this);
            }
            case PROBING -> {
                session().lane().timers().cancel(this);
                session().endProbe(this);
            }
            case FIRST, ENDED -> {}
        }
        stage = Stage.ENDED;
    }

    /** It has asked for too long. */
    @Override
    protected void onDue() {
        abandon("the upgrade was not completed in time");
    }

    /** Closes it without having become the transport; the session goes on. */
    void abandon(String reason) {
        stage = Stage.ENDED;
        session().lane().timers().cancel(this);
        session().endProbe(this);
        WebSocket opened = socket;
        if (opened != null) {
            tellEnd(opened, POLICY, reason);
        }
    }

    // what the session does

    @Override
    public boolean ready() {
        return socket().ready();
    }

    @Override
    public void text(Encoded messages) {
        socket().text(session().lane().frames(FRAMING).frame(messages));
    }

    @Override
    public void binary(byte[] message) {
        socket().binary(message);
    }

    void ping() {
        socket().text(PING);
    }

    /** The protocol has signs of life of its own. */
    @Override
    public void heartbeat() {}

    @Override
    public boolean close(int code, String reason) {
        tellEnd(socket(), code == BROKEN ? CloseReason.FAULT.code() : code, reason);
        return true;
    }

    @Override
    public void pause() {
        socket().pause();
    }

    @Override
    public void resume() {
        socket().resume();
    }

    private static Encoded packets(Encoded messages) {
        byte[] bytes = new byte[messages.length() + messages.parts()];
        int[] ends = new int[messages.parts()];
        int at = 0;
        for (int part = 0; part < ends.length; part++) {
            int start = messages.start(part);
            int length = messages.end(part) - start;
            bytes[at++] = (byte) EnginePacket.Type.MESSAGE.code();
            System.arraycopy(messages.bytes(), start, bytes, at, length);
            at += length;
            ends[part] = at;
        }
        return Encoded.of(bytes, ends);
    }
}
