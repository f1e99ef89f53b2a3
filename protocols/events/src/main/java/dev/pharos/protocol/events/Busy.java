package dev.pharos.protocol.events;

import dev.pharos.http.Response;
import dev.pharos.hub.Hub;

/** The answer of a hub that cannot serve a request now, with a time to come back that is spread by chance. */
final class Busy {

    /** Why a reader is not taken. */
    static String reason(Hub hub) {
        return hub.isDraining()
                ? "the hub is stopping"
                : "the hub has as many readers as it takes, " + hub.limits().subscriptions();
    }

    private Busy() {}

    static Response answer(Hub hub, String why) {
        long seconds = Math.max(1, hub.jitter(4_000) / 1_000);
        return Response.text(503, why + "; try again in " + seconds + " s").with("Retry-After", Long.toString(seconds));
    }
}
