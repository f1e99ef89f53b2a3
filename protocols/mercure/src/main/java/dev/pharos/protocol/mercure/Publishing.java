package dev.pharos.protocol.mercure;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.hub.Hub;
import dev.pharos.log.Event;
import dev.pharos.log.LogFullException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Publishing by POST of a form. */
final class Publishing {

    private final MercureProtocol protocol;
    private final Headers id;

    Publishing(MercureProtocol protocol) {
        this.protocol = protocol;
        id = Headers.of("Content-Type", protocol.draft().idMediaType(), "Cache-Control", "no-store");
    }

    void handle(Request request, Reply reply, Headers cors) {
        if (protocol.hub().isDraining()) {
            reply.send(protocol.unavailable("the hub is stopping").with(cors));
            return;
        }
        protocol.admit(request, reply, cors, caller -> {
            protocol.requireOwnPage(request, caller);
            caller.requirePublish();
            if (!Form.isForm(request)) {
                throw new BadRequestException(
                        "Missing \"topic\" parameter: the body is not application/x-www-form-urlencoded");
            }
            Form.read(protocol, request, reply, cors, form -> publish(request, reply, cors, caller, form));
        });
    }

    private void publish(Request request, Reply reply, Headers cors, Caller caller, Parameters form) {
        protocol.access().requireUnexpired(caller);
        Hub hub = protocol.hub();
        ReservedNamespace reserved = new ReservedNamespace(protocol.urlOf(request));
        Event event = PublishForm.event(form, protocol.draft(), reserved, hub.limits());
        protocol.checkNotReserved(event);
        caller.requirePublish(event.topics());
        Caps caps = protocol.access().caps();
        caps.publish(caps.publisher(request, caller));
        hub.publish(List.of(event)).whenComplete((entries, failure) -> {
            Response answer = failure == null
                    ? new Response(200, id, entries.getFirst().id().getBytes(StandardCharsets.UTF_8))
                    : failed(failure);
            Runnable send = () -> reply.send(answer.with(cors));
            if (request.loop().inLoop()) {
                send.run();
            } else {
                request.loop().tell(send);
            }
        });
    }

    private Response failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof LogFullException) {
            Response busy = protocol.unavailable("the log has no space for events");
            return new Response(507, busy.headers(), busy.body());
        }
        return protocol.unavailable("the log does not take events now");
    }
}
