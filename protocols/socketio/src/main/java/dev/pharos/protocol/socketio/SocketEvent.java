package dev.pharos.protocol.socketio;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An event that a client sent. Thread-safe. */
public final class SocketEvent {

    private final Socket socket;
    private final String name;
    private final Arguments arguments;
    private final long id;
    private final AtomicBoolean acknowledged = new AtomicBoolean();

    SocketEvent(Socket socket, String name, Arguments arguments, long id) {
        this.socket = socket;
        this.name = name;
        this.arguments = arguments;
        this.id = id;
    }

    /** Who sent it. */
    public Socket socket() {
        return socket;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** What came with it. */
    public Arguments arguments() {
        return arguments;
    }

    /** Whether the client waits for an acknowledgement. */
    public boolean wantsAcknowledgement() {
        return id != Packet.NO_ID;
    }

    /**
     * Acknowledges it, once; nothing happens the second time, or if the client does not want it.
     *
     * @param values as in {@link Arguments}
     */
    public void acknowledge(@Nullable Object... values) {
        if (wantsAcknowledgement() && acknowledged.compareAndSet(false, true)) {
            socket.sendDirectly(
                    EncodedPacket.of(Packet.Type.ACK, socket.namespace().name(), id, Arrays.asList(values)));
        }
    }

    @Override
    public String toString() {
        return name + " of " + socket;
    }
}
