package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.Headers;
import dev.pharos.http.MeteredCollector;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The publishing of one event, from its body to the answer. Used on the connection's loop.
 *
 * <p>One object is the reader of the body, the listener of the append and the task that answers: this path is walked once
 * an event, and young code makes no short work of lambdas.
 */
abstract sealed class EventUpload extends MeteredCollector
        implements BiConsumer<@Nullable List<Entry>, @Nullable Throwable>, Runnable {

    private final Publishing publishing;
    private final Request request;
    private final Reply reply;
    private final Headers cors;
    private final Publisher publisher;
    private final @Nullable IdempotencyKey key;
    private Headers noticed;
    private @Nullable Response answer;

    private EventUpload(
            Publishing publishing,
            Request request,
            Reply reply,
            Headers cors,
            Publisher publisher,
            @Nullable IdempotencyKey key) {
        super(publishing.hub().limits().eventBytes(), publishing.memory());
        this.publishing = publishing;
        this.request = request;
        this.reply = reply;
        this.cors = cors;
        this.noticed = cors;
        this.publisher = publisher;
        this.key = key;
    }

    void start() {
        collect(request.body());
    }

    abstract Event decode(byte[] body);

    abstract Response accepted(Entry entry);

    Publishing publishing() {
        return publishing;
    }

    @Override
    protected void onNoRoom() {
        reply.send(Busy.answer(publishing.hub(), Publishing.NO_ROOM).with(cors));
    }

    @Override
    protected void onOverLimit() {
        int most = publishing.hub().limits().eventBytes();
        reply.send(Response.text(413, "the body has more than " + most + " bytes, the most an event has")
                .with(cors));
    }

    @Override
    protected void onBody(byte[] body) {
        Event event;
        try {
            event = decode(body);
            publisher.check(event);
        } catch (RefusedException refused) {
            reply.send(Admission.CHALLENGE.answer(refused).with(cors));
            return;
        } catch (BadRequestException bad) {
            reply.send(Response.text(bad.status(), bad.sentence()).with(cors));
            return;
        } catch (BadParameterException bad) {
            reply.send(Response.text(400, String.valueOf(bad.getMessage())).with(cors));
            return;
        }
        String notice = publisher.notice(event);
        if (notice != null) {
            noticed = cors.with("Pharos-Notice", notice);
        }
        publishing
                .hub()
                .publish(
                        List.of(
                                key == null
                                        ? event
                                        : key.on(event, publisher.caller().subject())),
                        this);
    }

    /** The log has answered, on any thread. */
    @Override
    public void accept(@Nullable List<Entry> entries, @Nullable Throwable failure) {
        answer = failure != null || entries == null
                ? publishing
                        .failed(AppendFailure.of(Objects.requireNonNull(failure), key))
                        .with(cors)
                : accepted(entries.getFirst()).with(noticed);
        if (request.loop().inLoop()) {
            run();
        } else {
            publishing.hub().lane(request.loop()).settle(this);
        }
    }

    @Override
    public void run() {
        reply.send(Objects.requireNonNull(answer));
    }

    /** A form; the answer is the event's id. */
    static final class Form extends EventUpload {

        Form(
                Publishing publishing,
                Request request,
                Reply reply,
                Headers cors,
                Publisher publisher,
                @Nullable IdempotencyKey key) {
            super(publishing, request, reply, cors, publisher, key);
        }

        @Override
        Event decode(byte[] body) {
            return Publishing.form(body, publishing().hub().limits());
        }

        @Override
        Response accepted(Entry entry) {
            return Publishing.id(entry);
        }
    }

    /** One event in JSON. */
    static final class Json extends EventUpload {

        Json(
                Publishing publishing,
                Request request,
                Reply reply,
                Headers cors,
                Publisher publisher,
                @Nullable IdempotencyKey key) {
            super(publishing, request, reply, cors, publisher, key);
        }

        @Override
        Event decode(byte[] body) {
            return EventJson.read(
                    EventJson.text(ByteBuffer.wrap(body)), publishing().hub().limits());
        }

        @Override
        Response accepted(Entry entry) {
            return Publishing.accepted(1, entry, entry);
        }
    }
}
