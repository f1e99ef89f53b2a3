package dev.pharos.session;

import dev.pharos.http.Headers;
import dev.pharos.http.MeteredCollector;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The messages of one request to a duplex session: read on the request's loop, delivered and answered on the session's. */
final class DuplexPost extends MeteredCollector {

    private static final Headers NO_STORE = Headers.of("Cache-Control", "no-store");

    /**
     * What the request says beside its messages.
     *
     * @param number by which it is known when it comes again, or 0
     * @param lastId the last event the peer got, or null if it does not say
     * @param close whether the session is to end behind the messages
     */
    record Wanted(long number, @Nullable String lastId, boolean close) {}

    private final DuplexSession session;
    private final boolean lines;
    private final Reply reply;
    private final Headers headers;
    private final Wanted wanted;
    private final int most;

    DuplexPost(
            DuplexSession session,
            Request request,
            Reply reply,
            Headers headers,
            Wanted wanted,
            int most,
            UploadMemory memory) {
        super(most, memory);
        this.session = session;
        String type = request.header("Content-Type");
        this.lines = type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("application/x-ndjson");
        this.reply = reply;
        this.headers = headers;
        this.wanted = wanted;
        this.most = most;
    }

    @Override
    protected void onNoRoom() {
        answer(Response.text(503, "the server is receiving as much as it has memory for")
                .with("Retry-After", "1"));
    }

    @Override
    protected void onBody(byte[] body) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException invalid) {
            answer(Response.text(400, "the body is not valid UTF-8"));
            return;
        }
        session.execute(() -> deliver(body.length, text));
    }

    private void deliver(int bytes, String text) {
        String lastId = wanted.lastId;
        if (lastId != null) {
            session.acknowledge(lastId);
        }
        if (!session.deliver(bytes, () -> take(text))) {
            reply.send(Response.text(429, "the session has much to do already; send this again")
                    .with("Retry-After", "1")
                    .with(headers));
        }
    }

    private void take(String text) {
        if (!session.isOpen()) {
            reply.send(DuplexSession.gone(session.id()).with(headers));
            return;
        }
        if (session.isNew(wanted.number)) {
            if (lines) {
                text.lines().filter(line -> !line.isBlank()).forEach(session::receive);
            } else if (!text.isEmpty()) {
                session.receive(text);
            }
        }
        if (wanted.close) {
            session.end(CloseReason.CLIENT, "the client has ended the session");
        }
        reply.send(Response.empty(204, NO_STORE.and(headers)));
    }

    private void answer(Response response) {
        session.execute(() -> reply.send(response.with(headers)));
    }

    @Override
    protected void onOverLimit() {
        answer(Response.text(413, "the body has more than " + most + " bytes"));
    }
}
