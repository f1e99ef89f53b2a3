package dev.pharos.protocol.sockjs;

import dev.pharos.http.BadParameterException;
import dev.pharos.http.Headers;
import dev.pharos.http.MeteredCollector;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.session.CloseReason;
import dev.pharos.session.HandOver;
import dev.pharos.session.ProtocolSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A request that brings messages to a session: read where it comes in, obeyed on the session's loop. */
final class MessageUpload extends MeteredCollector {

    private static final int MOST_FIELDS = 16;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int TOO_LARGE = 1009;

    private final ProtocolSession session;
    private final Request request;
    private final Reply reply;
    private final Headers headers;
    private final Response accepted;
    private final boolean form;
    private final int most;

    private MessageUpload(
            ProtocolSession session,
            Request request,
            Reply reply,
            Headers headers,
            Response accepted,
            boolean form,
            int most,
            UploadMemory memory) {
        super(form ? (int) Math.min(Integer.MAX_VALUE, 3L * most + 2) : most, memory);
        this.session = session;
        this.request = request;
        this.reply = reply;
        this.headers = headers;
        this.accepted = accepted;
        this.form = form;
        this.most = most;
    }

    /** An array in the body. */
    static MessageUpload ofXhr(
            ProtocolSession session, Request request, Reply reply, Headers headers, int most, UploadMemory memory) {
        Response accepted = Response.empty(204, headers);
        return new MessageUpload(session, request, reply, headers, accepted, false, most, memory);
    }

    /** An array in the field {@code d} of a form, or in the body. */
    static MessageUpload ofJsonp(
            ProtocolSession session, Request request, Reply reply, Headers headers, int most, UploadMemory memory) {
        String type = request.header("Content-Type");
        boolean form = type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
        Response accepted = new Response(200, headers, "ok".getBytes(StandardCharsets.US_ASCII));
        return new MessageUpload(session, request, reply, headers, accepted, form, most, memory);
    }

    void start() {
        collect(request.body());
    }

    @Override
    protected void onNoRoom() {
        reply.send(overloaded());
    }

    @Override
    protected void onOverLimit() {
        String sentence = "the body has more than " + most + " bytes, the most there may be";
        reply.send(error(413, sentence));
        session.execute(() -> session.end(CloseReason.PROTOCOL_ERROR, TOO_LARGE, sentence));
    }

    @Override
    protected void onBody(byte[] body) {
        List<String> messages;
        try {
            messages = form ? ofForm(body) : ofArray(body);
        } catch (BadPayloadException bad) {
            reply.send(error(500, bad.sentence()));
            return;
        }
        Reply here = HandOver.of(request, reply, session.loop());
        session.execute(() -> deliver(messages, body.length, here));
    }

    private static List<String> ofArray(byte[] body) throws BadPayloadException {
        if (body.length == 0) {
            throw BadPayloadException.missing();
        }
        return MessageReader.read(body);
    }

    private static List<String> ofForm(byte[] body) throws BadPayloadException {
        String array;
        try {
            array = Parameters.ofForm(body, MOST_FIELDS).first("d");
        } catch (BadParameterException undecodable) {
            throw BadPayloadException.broken();
        }
        if (array == null || array.isEmpty()) {
            throw BadPayloadException.missing();
        }
        return MessageReader.read(array);
    }

    private void deliver(List<String> messages, int bytes, Reply here) {
        boolean waits = session.deliver(bytes, () -> {
            if (!session.isOpen()) {
                here.send(SockJsProtocol.noSession(headers));
                return;
            }
            for (String message : messages) {
                session.receive(message);
            }
            here.send(accepted);
        });
        if (!waits) {
            here.send(overloaded());
        }
    }

    private Response overloaded() {
        return error(503, "more has come than can be taken now").with("Retry-After", "1");
    }

    private Response error(int status, String sentence) {
        return new Response(status, headers, (sentence + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
