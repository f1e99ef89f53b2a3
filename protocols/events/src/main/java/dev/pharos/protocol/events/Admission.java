package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Challenge;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request past the door: who sent it is found out, maybe later, and then it is served or refused. On the
 * request's loop.
 */
final class Admission implements Access.Decision {

    static final Challenge CHALLENGE = Challenge.BEARER;

    private final Request request;
    private final Reply reply;
    private final Headers cors;
    private final Consumer<Caller> service;
    private final @Nullable Consumer<RefusedException> otherwise;
    private boolean gone;

    private Admission(
            Request request,
            Reply reply,
            Headers cors,
            Consumer<Caller> service,
            @Nullable Consumer<RefusedException> otherwise) {
        this.request = request;
        this.reply = reply;
        this.cors = cors;
        this.service = service;
        this.otherwise = otherwise;
    }

    /**
     * Serves the request when it is known who sent it.
     *
     * @param service may throw what {@link #answering} answers
     * @param unavailable answers in its own way that nobody can tell now; null for the usual one
     */
    static void admit(
            Access access,
            Request request,
            Reply reply,
            Headers cors,
            Consumer<Caller> service,
            @Nullable Consumer<RefusedException> unavailable) {
        Admission admission = new Admission(request, reply, cors, service, unavailable);
        if (!access.isOpen()) {
            reply.onAbort(() -> admission.gone = true);
        }
        access.decide(request, admission);
    }

    @Override
    public void permitted(Caller caller) {
        if (!gone) {
            answering(reply, cors, () -> service.accept(caller));
        }
    }

    @Override
    public void refused(RefusedException why) {
        if (gone) {
            return;
        }
        if (otherwise != null && why.reason() == RefusedException.Reason.UNAVAILABLE) {
            otherwise.accept(why);
        } else {
            reply.send(CHALLENGE.answer(why).with(cors));
        }
    }

    /** Does something to serve a request; what it is refused with is the answer. */
    static void answering(Reply reply, Headers cors, Runnable service) {
        try {
            service.run();
        } catch (RefusedException refused) {
            reply.send(CHALLENGE.answer(refused).with(cors));
        } catch (BadRequestException bad) {
            reply.send(Response.text(bad.status(), bad.sentence()).with(cors));
        } catch (BadParameterException bad) {
            reply.send(Response.text(400, String.valueOf(bad.getMessage())).with(cors));
        }
    }

    @Override
    public String toString() {
        return "admission of " + request.method() + " " + request.path();
    }
}
