package dev.pharos.protocol.mercure;

import dev.pharos.http.Parameters;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Utf8;
import dev.pharos.log.Event;
import dev.pharos.log.InvalidEventException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an event of a form. */
final class PublishForm {

    private static final int MOST_FIELD_BYTES = 4_096;
    private static final int MOST_RETRY_DIGITS = 15;

    private PublishForm() {}

    static Event event(Parameters form, Draft draft, ReservedNamespace reserved, Limits limits) {
        List<String> topics = form.all("topic");
        if (topics.isEmpty()) {
            throw new BadRequestException("Missing \"topic\" parameter");
        }
        if (topics.size() > limits.topics()) {
            throw new BadRequestException(
                    413, "there are %d topics, but an event has at most %d".formatted(topics.size(), limits.topics()));
        }
        Event.Builder event = new Event.Builder();
        for (String topic : topics) {
            bounded("topic", topic, limits.topicBytes());
            draft.checkTopic(topic, reserved);
            event.topic(topic);
        }
        String id = field(form, "id");
        if (id != null) {
            draft.checkId(id);
        }
        String type = field(form, "type");
        if (type != null) {
            draft.checkType(type);
        }
        String data = form.first("data");
        event.id(id).type(type).data(data == null ? "" : data).isPrivate(form.has("private"));
        String retry = field(form, "retry");
        if (retry != null) {
            event.retry(retry(retry));
        }
        try {
            return event.build();
        } catch (InvalidEventException invalid) {
            throw new BadRequestException(String.valueOf(invalid.getMessage()));
        }
    }

    /** Of a field that is there and empty a browser's form is as full as of one that is not there. */
    private static @Nullable String field(Parameters form, String name) {
        String value = form.first(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        bounded(name, value, MOST_FIELD_BYTES);
        return value;
    }

    private static void bounded(String name, String value, int most) {
        if (Utf8.isLonger(value, most)) {
            throw new BadRequestException(413, "field '%s' has more than %d bytes".formatted(name, most));
        }
    }

    private static long retry(String digits) {
        int from = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                throw new BadRequestException("Invalid \"retry\" parameter: it is a number of milliseconds");
            }
            from = from == i && digits.charAt(i) == '0' ? i + 1 : from;
        }
        if (digits.length() - from > MOST_RETRY_DIGITS) {
            throw new BadRequestException("Invalid \"retry\" parameter: it is far too long");
        }
        return from == digits.length() ? 0 : Long.parseLong(digits.substring(from));
    }
}
