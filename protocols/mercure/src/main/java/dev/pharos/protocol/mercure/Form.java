package dev.pharos.protocol.mercure;

import dev.pharos.http.Headers;
import dev.pharos.http.MeteredCollector;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.TooManyParametersException;
import java.util.Locale;
import java.util.function.Consumer;

/** The form in a request's body, on its way. Used on the connection's loop. */
final class Form extends MeteredCollector {

    private static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

    private final MercureProtocol protocol;
    private final Request request;
    private final Reply reply;
    private final Headers cors;
    private final Consumer<Parameters> then;
    private final int limit;

    private Form(
            MercureProtocol protocol,
            int limit,
            Request request,
            Reply reply,
            Headers cors,
            Consumer<Parameters> then) {
        super(limit, protocol.uploads());
        this.limit = limit;
        this.protocol = protocol;
        this.request = request;
        this.reply = reply;
        this.cors = cors;
        this.then = then;
    }

    /** Reads a form, and gives its fields when it is whole; what is wrong with it is answered. */
    static void read(MercureProtocol protocol, Request request, Reply reply, Headers cors, Consumer<Parameters> then) {
        int limit = protocol.hub().limits().eventBytes();
        new Form(protocol, limit, request, reply, cors, then).collect(request.body());
    }

    /** Whether the request says that its body is a form. */
    static boolean isForm(Request request) {
        String field = request.header("Content-Type");
        if (field == null) {
            return false;
        }
        int parameters = field.indexOf(';');
        String type = parameters < 0 ? field : field.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE);
    }

    @Override
    protected void onBody(byte[] body) {
        protocol.answering(request, reply, cors, () -> then.accept(fields(body)));
    }

    private Parameters fields(byte[] body) {
        try {
            return Parameters.ofForm(body, protocol.hub().limits().fields());
        } catch (TooManyParametersException tooMany) {
            int status =
                    request.method().equals("POST") ? 413 : 400; // as for too many topics, and for too many selectors
            throw new BadRequestException(status, String.valueOf(tooMany.getMessage()));
        }
    }

    @Override
    protected void onOverLimit() {
        reply.send(
                Response.text(413, "the body has more than " + limit + " bytes").with(cors));
    }

    @Override
    protected void onNoRoom() {
        reply.send(protocol.unavailable("the hub is receiving as much as it has memory for")
                .with(cors));
    }
}
