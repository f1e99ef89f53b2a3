package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.hub.Limits;
import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What a client of {@code pharos.v1} asks for. */
sealed interface Command {

    /** Names longer than this are refused. */
    int MOST_NAME = 128;

    /**
     * Opens a subscription.
     *
     * @param subscription the client's name for it, maybe empty
     */
    record Subscribe(
            String subscription,
            List<String> topics,
            @Nullable String lastEventId,
            int last,
            @Nullable String deliver,
            @Nullable String ref)
            implements Command {}

    /** Ends a subscription. */
    record Unsubscribe(String subscription, @Nullable String ref) implements Command {}

    /**
     * Publishes an event.
     *
     * @param ref what the acknowledgement refers to, or null
     * @param key the event's idempotency key, or null
     */
    record Publish(
            @Nullable String ref, Event event, @Nullable IdempotencyKey key) implements Command {}

    /** Renews the session by a later token of the same subject. Its text form does not show the token. */
    record Token(@Nullable String ref, String token) implements Command {

        @Override
        public String toString() {
            return "Token[ref=" + ref + "]";
        }
    }

    /** Asks for a sign of life. */
    record Ping(@Nullable String ref) implements Command {}

    /** A command that cannot be followed; the connection goes on. */
    final class BadCommandException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String code;
        private final transient @Nullable String subscription;
        private final transient @Nullable String ref;

        BadCommandException(String code, @Nullable String subscription, @Nullable String ref, String message) {
            super(message, null, false, false);
            this.code = code;
            this.subscription = subscription;
            this.ref = ref;
        }

        /** It is not permitted. */
        BadCommandException(RefusedException why, @Nullable String subscription, @Nullable String ref) {
            this(Frames.code(why), subscription, ref, why.sentence());
        }

        String code() {
            return code;
        }

        @Nullable
        String subscription() {
            return subscription;
        }

        @Nullable
        String ref() {
            return ref;
        }
    }

    /** Reads a command from a frame. */
    static Command read(String frame, Limits limits) {
        Fields fields = new Fields();
        try (JsonParser json = Json.parser(frame)) {
            fields.read(json, limits);
        } catch (JacksonException malformed) {
            throw bad("malformed", frame, EventJson.malformed(malformed).sentence());
        } catch (BadRequestException bad) {
            throw bad(bad.status() == 413 ? "too-large" : "invalid", frame, bad.sentence());
        }
        return fields.command();
    }

    /** Names what the error is about, wherever in the frame that is. */
    private static BadCommandException bad(String code, String frame, String message) {
        Fields named = new Fields();
        try (JsonParser json = Json.parser(frame)) {
            named.readNames(json);
        } catch (JacksonException | BadRequestException unreadable) {
            return new BadCommandException(code, named.subscription, named.ref, message);
        }
        return new BadCommandException(code, named.subscription, named.ref, message);
    }

    /** The fields of a frame as they come, whatever their order. */
    final class Fields {
        private @Nullable String type;
        private @Nullable String subscription;
        private @Nullable String ref;
        private final List<String> topics = new ArrayList<>();
        private @Nullable String lastEventId;
        private int last;
        private @Nullable String deliver;
        private @Nullable String token;
        private @Nullable Event event;
        private @Nullable IdempotencyKey idempotencyKey;

        void read(JsonParser json, Limits limits) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new BadRequestException("a command is a JSON object, got " + EventJson.shown(json));
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_NULL) {
                    continue;
                }
                switch (name) {
                    case "type" -> type = EventJson.string(json, name);
                    case "subscription" -> subscription = name(json, name);
                    case "ref" -> ref = name(json, name);
                    case "topic" -> topics.add(EventJson.string(json, name));
                    case "topics" -> topics(json, limits);
                    case "lastEventId" -> lastEventId = EventJson.string(json, name);
                    case "last" -> last = last(json);
                    case "deliver" -> deliver = EventJson.string(json, name);
                    case "idempotencyKey" ->
                        idempotencyKey = IdempotencyKey.of("parameter '" + name + "'", EventJson.string(json, name));
                    case "token" -> token = EventJson.string(json, name);
                    case "event" -> event = EventJson.read(json, limits);
                    default -> json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new BadRequestException("one JSON object was expected, but more follows it");
            }
        }

        /** Reads only what the client named, up to what cannot be read. */
        void readNames(JsonParser json) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
                if (isText && name.equals("subscription")) {
                    subscription = name(json, name);
                } else if (isText && name.equals("ref")) {
                    ref = name(json, name);
                } else {
                    json.skipChildren();
                }
            }
        }

        private static String name(JsonParser json, String field) {
            String name = EventJson.string(json, field);
            if (name.length() > MOST_NAME) {
                throw new BadRequestException("parameter '%s' has %d characters, but at most %d are allowed"
                        .formatted(field, name.length(), MOST_NAME));
            }
            return name;
        }

        private void topics(JsonParser json, Limits limits) {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new BadRequestException(
                        "parameter 'topics' is an array of strings, got " + EventJson.shown(json));
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                topics.add(EventJson.string(json, "topics"));
                if (topics.size() > limits.selectors()) {
                    throw new BadRequestException(
                            "parameter 'topics' has more than %d selectors, the most of a subscription"
                                    .formatted(limits.selectors()));
                }
            }
        }

        private static int last(JsonParser json) {
            return (int) EventJson.whole(json, "last", SubscribeParameters.MOST_LAST);
        }

        Command command() {
            String name = subscription == null ? "" : subscription;
            return switch (type) {
                case "subscribe" -> new Subscribe(name, List.copyOf(topics), lastEventId, last, deliver, ref);
                case "unsubscribe" -> new Unsubscribe(name, ref);
                case "publish" -> {
                    Event published = event;
                    if (published == null) {
                        throw new BadCommandException("invalid", null, ref, "parameter 'event' is missing");
                    }
                    yield new Publish(ref, published, idempotencyKey);
                }
                case "token" -> {
                    String given = token;
                    if (given == null || given.isEmpty()) {
                        throw new BadCommandException("invalid", null, ref, "parameter 'token' is missing");
                    }
                    yield new Token(ref, given);
                }
                case "ping" -> new Ping(ref);
                case null -> throw new BadCommandException("invalid", subscription, ref, "parameter 'type' is missing");
                default ->
                    throw new BadCommandException(
                            "unknown",
                            subscription,
                            ref,
                            "parameter 'type' is subscribe, unsubscribe, publish, token or ping, got '"
                                    + SubscribeParameters.shown(type) + "'");
            };
        }
    }
}
