package dev.pharos.protocol.events;

import dev.pharos.http.Headers;
import dev.pharos.http.MeteredCollector;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import java.util.function.Consumer;

/**
 * The body of a QUERY request (draft-ietf-httpbis-safe-method-w-body): parameters that go with those of the URL. On the
 * request's loop.
 */
final class Query extends MeteredCollector {

    private final Hub hub;
    private final Request request;
    private final Reply reply;
    private final Headers cors;
    private final Consumer<Parameters> then;

    Query(Hub hub, UploadMemory memory, Request request, Reply reply, Headers cors, Consumer<Parameters> then) {
        super(hub.limits().eventBytes(), memory);
        this.hub = hub;
        this.request = request;
        this.reply = reply;
        this.cors = cors;
        this.then = then;
    }

    void start() {
        if (!Publishing.mediaType(request).equals("application/x-www-form-urlencoded")) {
            throw new BadRequestException(
                    415,
                    "header 'Content-Type' of a QUERY is application/x-www-form-urlencoded, got "
                            + Publishing.contentType(request));
        }
        collect(request.body());
    }

    @Override
    protected void onNoRoom() {
        reply.send(Busy.answer(hub, Publishing.NO_ROOM).with(cors));
    }

    @Override
    protected void onOverLimit() {
        int most = hub.limits().eventBytes();
        reply.send(
                Response.text(413, "the body has more than " + most + " bytes").with(cors));
    }

    @Override
    protected void onBody(byte[] body) {
        Admission.answering(
                reply,
                cors,
                () -> then.accept(Parameters.ofForm(body, hub.limits().fields())));
    }
}
