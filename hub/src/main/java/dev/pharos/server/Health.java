package dev.pharos.server;

import dev.pharos.http.Handler;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.hub.Hub;

/** {@code /health/ready}: whether this hub takes readers and events now. */
final class Health implements Handler {

    /** {@code /health/live}: the process answers. */
    static final Handler LIVE = (request, reply) -> reply.send(Response.text(200, "live"));

    private final Hub hub;

    Health(Hub hub) {
        this.hub = hub;
    }

    @Override
    public void handle(Request request, Reply reply) {
        String fault = hub.isDraining() ? "stopping" : hub.log().fault();
        reply.send(fault == null ? Response.text(200, "ready") : Response.text(503, fault));
    }
}
