package dev.pharos.protocol.socketio;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Whom an event goes to: the sockets of a namespace, or those in any of some rooms, but for some. Immutable. */
public final class Broadcast {

    private final Namespace namespace;
    private final Set<String> rooms;
    private final Set<String> except;

    Broadcast(Namespace namespace, Set<String> rooms, Set<String> except) {
        this.namespace = namespace;
        this.rooms = rooms;
        this.except = except;
    }

    /** Also to those in this room; each socket gets the event once. */
    public Broadcast to(String room) {
        return new Broadcast(namespace, with(rooms, room), except);
    }

    /** Not to those in this room. */
    public Broadcast except(String room) {
        return new Broadcast(namespace, rooms, with(except, room));
    }

    private static Set<String> with(Set<String> some, String one) {
        Set<String> more = new HashSet<>(some);
        more.add(one);
        return Set.copyOf(more);
    }

    /**
     * Sends an event, encoded once for all.
     *
     * @param values as in {@link Socket#emit}
     * @return as of {@link Socket#emit}
     */
    public CompletionStage<?> emit(String event, @Nullable Object... values) {
        return namespace.distribute(namespace.event(event, values), rooms, except);
    }
}
