package dev.pharos.protocol.socketio;

import dev.pharos.protocol.socketio.engine.EngineOptions;

/**
 * The times and bounds of a Socket.IO server.
 *
 * @param engine those of its sessions
 * @param connectTimeoutMillis how long a session may have no namespace at its beginning
 * @param mostAttachments the most binary attachments of a packet
 * @param mostNamespaces the most namespaces of a session at a time
 * @param mostRequests the most acknowledgements of a client that may be awaited at a time
 */
public record SocketIoOptions(
        EngineOptions engine, int connectTimeoutMillis, int mostAttachments, int mostNamespaces, int mostRequests) {

    /** The defaults of the reference implementation where it has them. */
    public static final SocketIoOptions DEFAULT = new SocketIoOptions(EngineOptions.DEFAULT, 45_000, 64, 32, 1024);

    /** Checks its parts. */
    public SocketIoOptions {
        if (connectTimeoutMillis < 1 || mostAttachments < 1 || mostNamespaces < 1 || mostRequests < 1) {
            throw new IllegalArgumentException("times and bounds are positive");
        }
    }

    /** These options with others for sessions. */
    public SocketIoOptions withEngine(EngineOptions options) {
        return new SocketIoOptions(options, connectTimeoutMillis, mostAttachments, mostNamespaces, mostRequests);
    }

    /** These options with another time to connect to a namespace. */
    public SocketIoOptions withConnectTimeoutMillis(int millis) {
        return new SocketIoOptions(engine, millis, mostAttachments, mostNamespaces, mostRequests);
    }
}
