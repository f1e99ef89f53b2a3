package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.BodyCollector;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Response;
import dev.pharos.protocol.events.Renewals.Renewable;
import java.io.IOException;
import java.util.Objects;

/** The renewing of a connection by a request beside it: takes the secret from its body. On the request's loop. */
final class Renewal extends BodyCollector {

    private static final int MOST_BYTES = 4 << 10;
    private static final int MOST_FIELDS = 16;
    private static final Headers JSON = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private final Context context;
    private final Visit visit;

    Renewal(Context context, Visit visit) {
        super(MOST_BYTES);
        this.context = context;
        this.visit = visit;
    }

    void start() {
        collect(visit.request().body());
    }

    /** The answer to a renewal: until when the connection may last. */
    static Response until(Caller caller) {
        return new Response(200, JSON, Json.object(json -> {
            if (caller.permit().expires()) {
                json.writeNumberProperty("expires", caller.permit().expiresAtMillis());
            }
        }));
    }

    /** What the permit of a connection becomes by a later one. */
    static Caller renewed(Caller before, Caller later) {
        if (!before.permit().isSameHolder(later.permit())) {
            throw later.lacks("the token is of another subject than that of the connection, or of none");
        }
        Caller renewed = new Caller(before.permit().renewedBy(later.permit()), later.source());
        renewed.requireRead();
        return renewed;
    }

    @Override
    protected void onTooLarge() {
        answer(Response.text(413, "the body has more than " + MOST_BYTES + " bytes"));
    }

    @Override
    protected void onAborted(IOException cause) {}

    @Override
    protected void onComplete(byte[] body) {
        String secret;
        try {
            secret = Parameters.ofForm(body, MOST_FIELDS).first("connection");
        } catch (BadParameterException bad) {
            answer(Response.text(400, String.valueOf(bad.getMessage())));
            return;
        }
        if (secret == null || secret.isEmpty()) {
            answer(Response.text(400, "parameter 'connection' is missing: it is what the control event said"));
            return;
        }
        Renewable connection = context.renewals().find(secret);
        if (connection == null) {
            answer(Response.text(404, "there is no such connection here (any more)"));
            return;
        }
        if (!connection.loop().tell(() -> renew(connection))) {
            answer(Response.text(404, "there is no such connection here (any more)"));
        }
    }

    private void renew(Renewable connection) {
        Response response;
        try {
            context.access().requireUnexpired(visit.caller());
            response = connection.renew(visit.caller());
        } catch (RefusedException refused) {
            response = Admission.CHALLENGE.answer(refused);
        }
        Response answer = Objects.requireNonNull(response);
        visit.request().loop().tell(() -> answer(answer));
    }

    private void answer(Response response) {
        visit.close();
        visit.reply().send(response.with(visit.cors()));
    }
}
