package dev.pharos.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message as it is published: immutable, valid by construction.
 *
 * @param id the publisher's own id, or null to be known by its position
 * @param topics at least one; the first is canonical, the others alternate
 * @param type the name a reader dispatches on (the {@code event} field of SSE), or null
 * @param data any text
 * @param key what a later event supersedes under conflation by key, or null
 * @param isPrivate whether only readers with a grant may see it
 * @param retry a reconnection time in milliseconds for readers, or -1
 * @param idempotencyKey what a publisher repeats when it does not know whether the event arrived, or null; with what
 *     tells publishers apart in it, it is unique among the kept events of a log and never shown to readers
 */
public record Event(
        @Nullable String id,
        List<String> topics,
        @Nullable String type,
        String data,
        @Nullable String key,
        boolean isPrivate,
        long retry,
        @Nullable String idempotencyKey) {

    /** Ids that begin so are the hub's. */
    public static final String HUB_ID_PREFIX = Cursor.PREFIX;
    /** What readers send in place of an id to ask for all that is kept. */
    public static final String EARLIEST_ID = "earliest";
    /** The type of the hub's own events. */
    public static final String HUB_TYPE = "pharos";

    /**
     * Checks what every protocol relies on.
     *
     * @throws InvalidEventException naming the field, when an id or type could break out of its line of an event
     *     stream or is the hub's, an id would not come back in a header as it is, or a topic is missing or empty
     */
    public Event {
        topics = List.copyOf(topics);
        if (topics.isEmpty()) {
            throw new InvalidEventException("topic", "an event needs at least one topic");
        }
        for (String topic : topics) {
            if (topic.isEmpty()) {
                throw new InvalidEventException("topic", "a topic must not be empty");
            }
        }
        Objects.requireNonNull(data, "data");
        if (id != null) {
            line("id", id);
            if (id.isEmpty()) {
                throw new InvalidEventException("id", "an id must not be empty; leave it out to get one");
            }
            checkSurvivesHeader(id);
            if (id.equals(EARLIEST_ID)) {
                throw new InvalidEventException(
                        "id",
                        "the id '" + EARLIEST_ID + "' is the hub's own: with it readers ask for the whole history");
            }
            if (id.startsWith(HUB_ID_PREFIX)) {
                throw new InvalidEventException(
                        "id", "ids that begin with '" + HUB_ID_PREFIX + "' are the hub's own, got '" + shown(id) + "'");
            }
        }
        if (type != null) {
            line("type", type);
            if (type.equals(HUB_TYPE)) {
                throw new InvalidEventException("type", "the type '" + HUB_TYPE + "' is the hub's own");
            }
        }
        if (retry < -1) {
            throw new InvalidEventException("retry", "retry is a number of milliseconds from 0, got " + retry);
        }
    }

    /** A public event with one topic and nothing but data. */
    public static Event of(String topic, String data) {
        return new Event(null, List.of(topic), null, data, null, false, -1, null);
    }

    /** Starts an event. */
    public static Builder on(String topic) {
        return new Builder().topic(topic);
    }

    /** The first topic. */
    public String canonicalTopic() {
        return topics.getFirst();
    }

    private static void line(String field, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new InvalidEventException(
                        field, "%s has the forbidden character U+%04X at %d".formatted(field, (int) c, i));
            }
        }
    }

    /** Readers send the id of the last event they saw in a header field. */
    private static void checkSurvivesHeader(String id) {
        if (id.charAt(0) == ' ' || id.charAt(id.length() - 1) == ' ') {
            throw new InvalidEventException("id", "an id must not begin or end with a space, got '" + shown(id) + "'");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < ' ' || c == 0x7F) {
                throw new InvalidEventException(
                        "id", "id has the control character U+%04X at %d".formatted((int) c, i));
            }
        }
    }

    private static String shown(String value) {
        return value.length() <= 64 ? value : value.substring(0, 64) + "…";
    }

    /** Collects the parts of an event. Not thread-safe. */
    public static final class Builder {
        private final List<String> topics = new ArrayList<>(1);
        private @Nullable String id;
        private @Nullable String type;
        private @Nullable String key;
        private String data = "";
        private boolean isPrivate;
        private long retry = -1;
        private @Nullable String idempotencyKey;

        /** An event without anything yet. */
        public Builder() {}

        /** Adds a topic; the first is canonical. */
        public Builder topic(String topic) {
            topics.add(topic);
            return this;
        }

        /** How many topics there are so far. */
        public int topicCount() {
            return topics.size();
        }

        /** The publisher's id. */
        public Builder id(@Nullable String value) {
            id = value;
            return this;
        }

        /** The type. */
        public Builder type(@Nullable String value) {
            type = value;
            return this;
        }

        /** The data; empty if not set. */
        public Builder data(String value) {
            data = value;
            return this;
        }

        /** The conflation key. */
        public Builder key(@Nullable String value) {
            key = value;
            return this;
        }

        /** Whether it is private. */
        public Builder isPrivate(boolean value) {
            isPrivate = value;
            return this;
        }

        /** The reconnection time in milliseconds. */
        public Builder retry(long value) {
            retry = value;
            return this;
        }

        /** What marks a repetition of this event. */
        public Builder idempotencyKey(@Nullable String value) {
            idempotencyKey = value;
            return this;
        }

        /** The event. */
        public Event build() {
            return new Event(id, topics, type, data, key, isPrivate, retry, idempotencyKey);
        }
    }
}
