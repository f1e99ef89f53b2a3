package dev.pharos.host.netty;

import org.jspecify.annotations.Nullable;

/**
 * A place in the order of a connection's answers.
 */
abstract sealed class Slot permits Exchange, StreamedBody {

    final Connection connection;
    /** The one to be answered next. */
    @Nullable
    Slot next;

    Slot(Connection connection) {
        this.connection = connection;
    }

    /** Writes what has waited, now that the answers before are out; whether that was all. */
    abstract boolean takeTurn();

    /** Whether the connection ends with this answer; known once {@link #takeTurn} was true. */
    abstract boolean last();

    /** Whether somebody wants to be told at once when the peer has gone, rather than try to answer. */
    abstract boolean watchesPeer();

    /** The peer has gone. */
    abstract void abort();
}
