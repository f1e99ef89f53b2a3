package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.http.Encoded;
import dev.pharos.hub.Lane;
import dev.pharos.session.Session;
import org.jspecify.annotations.Nullable;

/** The other end of a gateway's session: what it is sent, until either end has had enough. On the session's loop only. */
final class Peer {

    static final int UNACCEPTABLE_DATA = 1003;
    static final int POLICY_VIOLATION = 1008;
    static final int TRY_AGAIN_LATER = 1013;
    private static final int GOING_AWAY = 1001;

    private final Context context;
    private final Session session;
    private final Lane lane;
    private boolean ended;

    Peer(Context context, Session session) {
        this.context = context;
        this.session = session;
        this.lane = context.hub().lane(session.loop());
    }

    Session session() {
        return session;
    }

    /** Where its subscriptions live, and its time. */
    Lane lane() {
        return lane;
    }

    void send(Encoded frames) {
        session.send(frames);
    }

    void send(RefusedException why, @Nullable String subscription, @Nullable String ref) {
        send(Frames.error(Frames.code(why), subscription, ref, why.sentence()));
    }

    /** Whether nothing is to be sent or obeyed any more. */
    boolean hasEnded() {
        return ended;
    }

    /** Ends the session; only the first end counts. */
    void end(int code, String reason) {
        if (!ended) {
            ended = true;
            session.close(code, reason);
        }
    }

    /** Ends it because the hub is stopping, and says when to come back. */
    void drain() {
        if (!ended) {
            send(Frames.drain(context.hub().jitter(2 * context.options().retryMillis())));
            end(GOING_AWAY, "the hub is stopping");
        }
    }

    /** It has gone. */
    void gone() {
        ended = true;
    }
}
