package dev.pharos.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one endpoint by their ids. Thread-safe.
 *
 * <p>Ids of one table mean nothing in another. A session that has ended stays for as long as its options say, so that a
 * latecomer can be told of the end.
 *
 * @param <S> the protocol's kind of session
 */
public final class SessionTable<S extends ProtocolSession> {

    private final Sessions sessions;
    private final Map<String, S> byId = new ConcurrentHashMap<>();

    SessionTable(Sessions sessions) {
        this.sessions = sessions;
    }

    /** The session of an id, or null. To use it go to its loop. */
    public @Nullable S find(String id) {
        return byId.get(id);
    }

    /**
     * Adds a session; called on the loop it is to live on, which opens it.
     *
     * @param opening makes the session, with this id
     * @return null when there are as many sessions as may be, the server is stopping, or the id is taken
     */
    public @Nullable S add(String id, Supplier<S> opening) {
        S session = sessions.add(opening);
        if (session == null) {
            return null;
        }
        if (byId.putIfAbsent(id, session) != null) {
            session.end(CloseReason.CLIENT, "the id is taken");
            return null;
        }
        session.table = this;
        return session;
    }

    /** The number of sessions, those that have ended but are still found among them. */
    public int size() {
        return byId.size();
    }

    void remove(ProtocolSession session) {
        byId.remove(session.id(), session);
    }
}
