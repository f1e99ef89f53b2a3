package dev.pharos.protocol.events;

import dev.pharos.http.Response;
import dev.pharos.hub.Hub;
import dev.pharos.session.Sessions;

/** The answer of a hub that cannot serve a request now, with a time to come back that is spread by chance. */
final class Busy {

    /** Why a reader is not taken. */
    static String reason(Hub hub) {
        if (hub.isDraining()) {
            return "the hub is stopping";
        }
        return hub.isFull()
                ? "the hub has as many subscriptions as it takes, "
                        + hub.limits().subscriptions()
                : "the hub has as many patterns of this beginning as it takes, "
                        + hub.limits().patterns();
    }

    /** Why a connection is not taken. */
    static String reason(Hub hub, TransportCounts counts) {
        return hub.isFull() ? reason(hub) : "the hub has as many readers as it takes, " + counts.most();
    }

    /** Why a session is not taken. */
    static String reason(Sessions sessions) {
        return sessions.isDraining()
                ? "the hub is stopping"
                : "the hub has as many sessions as it takes, " + sessions.most();
    }

    private Busy() {}

    static Response answer(Hub hub, String why) {
        return answer(hub, 503, why);
    }

    static Response answer(Hub hub, int status, String why) {
        String seconds = retryAfter(hub);
        return Response.text(status, why + "; try again in " + seconds + " s").with("Retry-After", seconds);
    }

    /** Seconds for the field {@code Retry-After}. */
    static String retryAfter(Hub hub) {
        return Long.toString(Math.max(1, hub.jitter(4_000) / 1_000));
    }
}
