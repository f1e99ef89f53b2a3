package dev.pharos.protocol.events;

import dev.pharos.hub.Limits;
import dev.pharos.hub.Utf8;
import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.InvalidEventException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/**
 * An event in JSON, in the one shape it has everywhere:
 * {@code {"id","topics":[…],"type","data","key","private","retry","time"}}, absent when unset.
 */
final class EventJson {

    /** The longest reconnection time in milliseconds: what the timers of browsers take. */
    static final int MOST_RETRY = Integer.MAX_VALUE;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private EventJson() {}

    /** Writes the fields of an event that has its place in the log. */
    static void write(JsonGenerator json, Entry entry) {
        Event event = entry.event();
        json.writeStringProperty("id", entry.id());
        json.writeArrayPropertyStart("topics");
        for (String topic : event.topics()) {
            json.writeString(topic);
        }
        json.writeEndArray();
        if (event.type() != null) {
            json.writeStringProperty("type", event.type());
        }
        json.writeStringProperty("data", event.data());
        if (event.key() != null) {
            json.writeStringProperty("key", event.key());
        }
        if (event.isPrivate()) {
            json.writeBooleanProperty("private", true);
        }
        if (event.retry() >= 0) {
            json.writeNumberProperty("retry", event.retry());
        }
        json.writeNumberProperty("time", entry.time());
    }

    /** Decodes strict UTF-8, without the byte order mark some programs begin a text with. */
    static String text(ByteBuffer bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException malformed) {
            throw new BadRequestException("the event is not valid UTF-8");
        }
    }

    /** Reads one event and nothing behind it. */
    static Event read(String text, Limits limits) {
        return read(text, limits, false);
    }

    /** Reads one event that has been in a log and loses its place there. */
    static Event readAnew(String text, Limits limits) {
        return read(text, limits, true);
    }

    private static Event read(String text, Limits limits, boolean anew) {
        try (JsonParser json = Json.parser(text)) {
            json.nextToken();
            Event event = read(json, limits, anew);
            if (json.nextToken() != null) {
                throw new BadRequestException("one JSON object was expected, but more follows it");
            }
            return event;
        } catch (JacksonException malformed) {
            throw malformed(malformed);
        }
    }

    static BadRequestException malformed(JacksonException malformed) {
        TokenStreamLocation at = malformed.getLocation();
        String where = at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
        return new BadRequestException("malformed JSON" + where + ": " + sentence(malformed));
    }

    /** Without where an object began, as the parser has it: it tells that it does not tell its source. */
    private static String sentence(JacksonException malformed) {
        String message = String.valueOf(malformed.getOriginalMessage());
        int place = message.indexOf(" (start marker at ");
        return place < 0 ? message : message.substring(0, place);
    }

    /** Reads the event whose object the parser is at the start of. */
    static Event read(JsonParser json, Limits limits) {
        return read(json, limits, false);
    }

    private static Event read(JsonParser json, Limits limits, boolean anew) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new BadRequestException("an event is a JSON object, got " + shown(json));
        }
        Event.Builder event = new Event.Builder();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "topic" -> topic(event, string(json, name), limits);
                case "topics" -> topics(event, json, limits);
                case "data" -> event.data(string(json, name));
                case "id" -> {
                    String id = string(json, name);
                    event.id(anew && Cursor.isCursor(id) ? null : id);
                }
                case "type" -> event.type(string(json, name));
                case "key" -> event.key(string(json, name));
                case "private" -> event.isPrivate(bool(json, name));
                case "retry" -> event.retry(whole(json, name, MOST_RETRY));
                default -> json.skipChildren();
            }
        }
        return checked(event, limits);
    }

    /** Builds an event, with the failures of its rules and limits as answers to the publisher. */
    static Event checked(Event.Builder builder, Limits limits) {
        Event event;
        try {
            event = builder.build();
        } catch (InvalidEventException invalid) {
            throw new BadRequestException("parameter '" + invalid.field() + "': " + invalid.getMessage());
        }
        if (Utf8.isLonger(event.data(), limits.eventBytes())) {
            throw new BadRequestException(
                    413,
                    "parameter 'data' has %d bytes, but an event has at most %d"
                            .formatted(Utf8.length(event.data()), limits.eventBytes()));
        }
        if (event.retry() > MOST_RETRY) {
            throw new BadRequestException("parameter 'retry' is a whole number of milliseconds from 0 to %d, got %d"
                    .formatted(MOST_RETRY, event.retry()));
        }
        bounded("id", event.id(), limits);
        bounded("type", event.type(), limits);
        bounded("key", event.key(), limits);
        return event;
    }

    /** Adds a topic within the limits. */
    static void topic(Event.Builder event, String topic, Limits limits) {
        if (event.topicCount() == limits.topics()) {
            throw new BadRequestException("parameter 'topic' is there more than %d times, the most topics an event has"
                    .formatted(limits.topics()));
        }
        bounded("topic", topic, limits);
        event.topic(topic);
    }

    private static void topics(Event.Builder event, JsonParser json, Limits limits) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new BadRequestException("parameter 'topics' is an array of strings, got " + shown(json));
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            topic(event, string(json, "topics"), limits);
        }
    }

    private static void bounded(String name, @Nullable String value, Limits limits) {
        if (value == null) {
            return;
        }
        if (Utf8.isLonger(value, limits.topicBytes())) { // of ids, types and keys as well
            throw new BadRequestException("parameter '%s' has %d bytes, but at most %d are allowed"
                    .formatted(name, Utf8.length(value), limits.topicBytes()));
        }
    }

    private static void checkWellFormed(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1))) {
                    i++;
                } else {
                    throw new BadRequestException(
                            "parameter '%s' has the lone surrogate U+%04X at %d".formatted(name, (int) c, i));
                }
            }
        }
    }

    /**
     * A string of a client, in whatever field and over whatever transport. It can be written as UTF-8: escapes of JSON can
     * spell what has no encoding, and such is refused here for all.
     */
    static String string(JsonParser json, String name) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new BadRequestException("parameter '" + name + "' is a string, got " + shown(json));
        }
        String value = json.getString();
        checkWellFormed(name, value);
        return value;
    }

    static boolean bool(JsonParser json, String name) {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new BadRequestException("parameter '" + name + "' is true or false, got " + shown(json));
        };
    }

    static long whole(JsonParser json, String name, long most) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getString().matches("[0-9]{1,18}")) {
            long value = json.getLongValue();
            if (value <= most) {
                return value;
            }
        }
        throw new BadRequestException(
                "parameter '%s' is a whole number from 0 to %d, got %s".formatted(name, most, shown(json)));
    }

    /** The value the parser is at, as a message shows it. */
    static String shown(JsonParser json) {
        JsonToken token = json.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> {
                String text = json.getString();
                yield text == null ? "nothing" : "'" + SubscribeParameters.shown(text) + "'";
            }
        };
    }
}
