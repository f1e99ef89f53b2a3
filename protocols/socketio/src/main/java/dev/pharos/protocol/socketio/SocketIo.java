package dev.pharos.protocol.socketio;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.http.Handler;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.UploadMemory;
import dev.pharos.protocol.socketio.engine.EngineCounts;
import dev.pharos.protocol.socketio.engine.EngineIo;
import dev.pharos.session.Handshake;
import dev.pharos.session.Sessions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO 5 server at one path, such as {@code /socket.io/}: namespaces that stock clients connect to. Thread-safe.
 *
 * <p>Source: the Socket.IO protocol, version 5, with its default parser.
 */
public final class SocketIo implements Handler {

    private final Sessions sessions;
    private final SocketIoOptions options;
    private final EngineIo engine;
    private final @Nullable ConnectionRecovery recovery;
    private final @Nullable Recoverables recoverables;
    private volatile Caps caps = Caps.NONE;
    /** Those that are connected and could be recovered, by their private ids. */
    private final Map<String, Socket> present = new ConcurrentHashMap<>();

    private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();

    /** For packets whose attachments have not come yet, of all sessions. */
    private final UploadMemory packetMemory = UploadMemory.ofHeap();

    /** A server without namespaces yet, and without recovery. */
    public SocketIo(Sessions sessions, SocketIoOptions options) {
        this(sessions, options, null);
    }

    /** A server without namespaces yet, whose clients recover their connections, unless {@code recovery} is null. */
    public SocketIo(Sessions sessions, SocketIoOptions options, @Nullable ConnectionRecovery recovery) {
        this.recovery = recovery;
        this.recoverables = recovery == null ? null : new Recoverables(recovery, sessions.scheduler());
        this.sessions = sessions;
        this.options = options;
        this.engine = new EngineIo(sessions, options.engine(), handshake -> new Connection(this, lease(handshake)));
    }

    /** Takes a place for each session under the caps for addresses, from its handshake to its end; no caps if not set. */
    public SocketIo caps(Caps value) {
        caps = value;
        return this;
    }

    private Caps.@Nullable Lease lease(Handshake handshake) {
        return caps.enter(handshake.remoteAddress(), handshake::headers, Caller.OPEN);
    }

    /**
     * The namespace of a name; clients can connect to it from now on.
     *
     * @throws IllegalArgumentException when the name does not begin with {@code /}, or has a comma or control characters
     */
    public Namespace namespace(String name) {
        if (!name.startsWith("/") || name.chars().anyMatch(c -> c == ',' || c < ' ')) {
            throw new IllegalArgumentException(
                    "a namespace begins with '/' and has no ',' and no control characters, got '" + name + "'");
        }
        return namespaces.computeIfAbsent(name, n -> new Namespace(this, n));
    }

    UploadMemory packetMemory() {
        return packetMemory;
    }

    @Nullable
    Namespace find(String name) {
        return namespaces.get(name);
    }

    /** Its times and bounds. */
    public SocketIoOptions options() {
        return options;
    }

    /** How many sessions there are by transport. */
    public EngineCounts counts() {
        return engine.counts();
    }

    @Nullable
    ConnectionRecovery recovery() {
        return recovery;
    }

    /** The log that everything emitted goes through, or null. */
    @Nullable
    Recovery log() {
        return recovery instanceof Recovery log ? log : null;
    }

    @Nullable
    Recoverables recoverables() {
        return recoverables;
    }

    void enter(Socket socket, String privateId) {
        present.put(privateId, socket);
    }

    void leave(Socket socket, String privateId) {
        present.remove(privateId, socket);
    }

    /** The socket of a private id, while it is connected. */
    @Nullable
    Socket present(String privateId) {
        return present.get(privateId);
    }

    Sessions sessions() {
        return sessions;
    }

    @Override
    public void handle(Request request, Reply reply) {
        engine.handle(request, reply);
    }
}
