package dev.pharos.host.netty;

import org.jspecify.annotations.Nullable;

/**
 * The answers a connection owes, in the order of the requests.
 */
final class Answers {

    private final Connection connection;
    private @Nullable Slot first;
    private @Nullable Slot newest;
    /** A request for a WebSocket; nothing behind it is looked at before it is answered. */
    private @Nullable Exchange upgrading;
    /** Whether the handler sees that request only once the answers before it are out. */
    private boolean deferred;

    private int owed;
    private int streams;

    Answers(Connection connection) {
        this.connection = connection;
    }

    boolean none() {
        return first == null;
    }

    /** Whether another request may be handed to the handler meanwhile. */
    boolean roomForMore() {
        return streams == 0 && upgrading == null && owed < connection.loop.limits.pipelined();
    }

    boolean atHead(Slot slot) {
        return first == slot;
    }

    /** The stream whose bytes go out now, if it is a stream's turn. */
    @Nullable
    StreamedBody live() {
        return first instanceof StreamedBody stream ? stream : null;
    }

    void append(Exchange exchange) {
        Slot before = newest;
        if (before == null) {
            first = exchange;
        } else {
            before.next = exchange;
        }
        newest = exchange;
        owed++;
    }

    /** Whether the handler may see the request now; one for a WebSocket waits until it is its turn. */
    boolean mayHandle(Exchange exchange) {
        if (exchange.wantsUpgrade()) {
            upgrading = exchange;
            deferred = first != exchange;
        }
        return !deferred;
    }

    /** Puts the stream in the place of the exchange whose answer it is. */
    void replace(Exchange exchange, StreamedBody stream) {
        stream.next = exchange.next;
        if (first == exchange) {
            first = stream;
        } else {
            for (Slot slot = first; slot != null; slot = slot.next) {
                if (slot.next == exchange) {
                    slot.next = stream;
                    break;
                }
            }
        }
        if (newest == exchange) {
            newest = stream;
        }
        if (upgrading == exchange) {
            upgrading = null;
        }
        streams++;
    }

    /** Writes what can be written now; whether the connection ends with what was written. */
    boolean advance() {
        Slot slot = first;
        while (slot != null && slot.takeTurn()) {
            owed--;
            if (slot instanceof StreamedBody) {
                streams--;
            } else if (slot == upgrading) {
                upgrading = null;
            }
            first = slot.next;
            slot.next = null;
            boolean last = slot.last();
            slot = first;
            if (last) {
                return true;
            }
        }
        Exchange waiting = upgrading;
        if (slot == null) {
            newest = null;
        } else if (deferred && waiting != null && slot == waiting) {
            deferred = false;
            connection.loop.execute(() -> connection.handle(waiting));
        }
        return false;
    }

    /** Forgets all, as the connection is HTTP no longer. */
    void clear() {
        first = null;
        newest = null;
        upgrading = null;
        owed = 0;
    }

    /** Whether somebody wants to know at once when the peer has gone. */
    boolean watchPeer() {
        for (Slot slot = first; slot != null; slot = slot.next) {
            if (slot.watchesPeer()) {
                return true;
            }
        }
        return false;
    }

    /** Ends the streams that can be ended cleanly. */
    void closeStreams() {
        while (first instanceof StreamedBody stream) {
            stream.close();
            if (first == stream) {
                return;
            }
        }
    }

    /** The peer has gone. */
    void abort() {
        Slot slot = first;
        clear();
        for (; slot != null; slot = slot.next) {
            slot.abort();
        }
    }
}
