package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Limits;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Publishing by POST: a form, one event in JSON, or one a line. */
final class Publishing {

    static final String PRIVATE_NOTICE =
            "private events were accepted and are delivered to nobody: this hub has no keys, so no reader has a grant";

    private static final Headers ID = Headers.of("Content-Type", "text/plain", "Cache-Control", "no-store");
    private static final Headers JSON = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");
    private static final String FORM = "application/x-www-form-urlencoded";

    static final String NO_ROOM = "the hub is receiving as much as it has memory for";

    private final Context context;
    private final Hub hub;
    private final UploadMemory memory;

    Publishing(Context context, UploadMemory memory) {
        this.context = context;
        this.hub = context.hub();
        this.memory = memory;
    }

    Hub hub() {
        return hub;
    }

    UploadMemory memory() {
        return memory;
    }

    void handle(Request request, Reply reply, Headers cors, Caller caller) {
        caller.requirePublish();
        if (hub.isDraining()) {
            reply.send(Busy.answer(hub, Busy.reason(hub)).with(cors));
            return;
        }
        IdempotencyKey key = IdempotencyKey.of(request);
        Publisher publisher =
                new Publisher(context, caller, context.access().caps().publisher(request, caller));
        switch (mediaType(request)) {
            case FORM -> new EventUpload.Form(this, request, reply, cors, publisher, key).start();
            case "application/json" -> new EventUpload.Json(this, request, reply, cors, publisher, key).start();
            case "application/x-ndjson" -> new LineUpload(this, request, reply, cors, publisher, key).start();
            default ->
                throw new BadRequestException(
                        415,
                        "header 'Content-Type' is application/x-www-form-urlencoded, application/json or"
                                + " application/x-ndjson, got " + contentType(request));
        }
    }

    /** The answer to a form. */
    static Response id(Entry entry) {
        return new Response(200, ID, entry.id().getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to a JSON publish: how many events, and the ids of the first and last of them. */
    static Response accepted(long count, @Nullable Entry first, @Nullable Entry last) {
        return new Response(200, JSON, Json.object(json -> {
            json.writeNumberProperty("accepted", count);
            if (first != null && last != null) {
                json.writeStringProperty("first", first.id());
                json.writeStringProperty("last", last.id());
            }
        }));
    }

    /** The answer to a batch that ended early: what was accepted before, and why it ended at which line, from 1. */
    static Response rejected(
            int status, long count, @Nullable Entry first, @Nullable Entry last, long line, String error) {
        return new Response(status, JSON, Json.object(json -> {
            json.writeNumberProperty("accepted", count);
            if (first != null && last != null) {
                json.writeStringProperty("first", first.id());
                json.writeStringProperty("last", last.id());
            }
            json.writeNumberProperty("line", line);
            json.writeStringProperty("error", Json.encodable(error));
        }));
    }

    /** The answer to what the log did not take. */
    Response failed(AppendFailure failure) {
        return failure.status() == 422
                ? Response.text(422, failure.sentence())
                : Busy.answer(hub, failure.status(), failure.sentence());
    }

    /** The event in a form. */
    static Event form(byte[] body, Limits limits) {
        Parameters form = Parameters.ofForm(body, limits.fields());
        Event.Builder event = new Event.Builder();
        for (String topic : form.all("topic")) {
            EventJson.topic(event, topic, limits);
        }
        String data = form.first("data");
        event.data(data == null ? "" : data)
                .id(orNull(form.first("id")))
                .type(orNull(form.first("type")))
                .key(orNull(form.first("key")))
                .isPrivate(isPrivate(form.first("private")));
        String retry = orNull(form.first("retry"));
        if (retry != null) {
            if (!retry.matches("[0-9]{1,15}")) {
                throw new BadRequestException(
                        "parameter 'retry' is a whole number of milliseconds from 0 to %d, got '%s'"
                                .formatted(EventJson.MOST_RETRY, SubscribeParameters.shown(retry)));
            }
            event.retry(Long.parseLong(retry));
        }
        return EventJson.checked(event, limits);
    }

    /** A form has no other way to leave a field out that is in the page. */
    private static @Nullable String orNull(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    private static boolean isPrivate(@Nullable String word) {
        return switch (word) {
            case null -> false;
            case "false", "off", "0" -> false;
            case "true", "on", "1", "" -> true;
            default ->
                throw new BadRequestException("parameter 'private' is true, on or 1, or false, off or 0, got '"
                        + SubscribeParameters.shown(word) + "'");
        };
    }

    static String contentType(Request request) {
        String field = request.header("Content-Type");
        return field == null ? "none" : "'" + SubscribeParameters.shown(field) + "'";
    }

    static String mediaType(Request request) {
        String field = request.header("Content-Type");
        if (field == null) {
            return "";
        }
        if (field.equals(FORM)) {
            return field; // as nearly all send it
        }
        int parameters = field.indexOf(';');
        return (parameters < 0 ? field : field.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }
}
