package dev.pharos.protocol.events;

import dev.pharos.http.BodyCollector;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The body of a QUERY request (draft-ietf-httpbis-safe-method-w-body): parameters that go with those of the URL. On the
 * request's loop.
 */
final class Query extends BodyCollector {

    private final Hub hub;
    private final UploadMemory memory;
    private final Request request;
    private final Reply reply;
    private final Headers cors;
    private final Consumer<Parameters> then;
    private int taken;

    Query(Hub hub, UploadMemory memory, Request request, Reply reply, Headers cors, Consumer<Parameters> then) {
        super(hub.limits().eventBytes());
        this.hub = hub;
        this.memory = memory;
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
    public void onData(ByteBuffer data) {
        int length = data.remaining();
        if (isEnded()) {
            return;
        }
        if (memory.take(length)) {
            taken += length;
            super.onData(data);
        } else {
            stop();
            giveBack();
            reply.send(Busy.answer(hub, Publishing.NO_ROOM).with(cors));
        }
    }

    private void giveBack() {
        memory.give(taken);
        taken = 0;
    }

    @Override
    protected void onTooLarge() {
        giveBack();
        int most = hub.limits().eventBytes();
        reply.send(
                Response.text(413, "the body has more than " + most + " bytes").with(cors));
    }

    @Override
    protected void onAborted(IOException cause) {
        giveBack();
    }

    @Override
    protected void onComplete(byte[] body) {
        giveBack();
        Admission.answering(
                reply, cors, () -> then.accept(Parameters.ofForm(body, SubscribeParameters.MOST_PARAMETERS)));
    }
}
