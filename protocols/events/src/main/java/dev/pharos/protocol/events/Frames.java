package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.log.Cursor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The frames of {@code pharos.v1} that the hub sends beside events. */
final class Frames {

    private Frames() {}

    static Encoded subscribed(String subscription, Notice outcome, @Nullable String ref) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "subscribed");
            json.writeStringProperty("subscription", subscription);
            writeRef(json, ref);
            json.writeStringProperty("state", outcome.state().word());
            json.writeStringProperty("lastEventId", outcome.from().toString());
            if (outcome.reason() != null) {
                json.writeStringProperty("reason", outcome.reason());
            }
        }));
    }

    static Encoded unsubscribed(Command.Unsubscribe command, @Nullable Cursor cursor) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "unsubscribed");
            json.writeStringProperty("subscription", command.subscription());
            writeRef(json, command.ref());
            if (cursor != null) {
                json.writeStringProperty("lastEventId", cursor.toString());
            }
        }));
    }

    static Encoded cursor(String subscription, Cursor cursor) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "cursor");
            json.writeStringProperty("subscription", subscription);
            json.writeStringProperty("lastEventId", cursor.toString());
        }));
    }

    /** A session lasts until then, in milliseconds since 1970; or for as long as it likes, if negative. */
    static Encoded renewed(@Nullable String ref, long expires) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "token");
            writeRef(json, ref);
            if (expires >= 0) {
                json.writeNumberProperty("expires", expires);
            }
        }));
    }

    static Encoded published(@Nullable String ref, String id, @Nullable String notice) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "published");
            writeRef(json, ref);
            json.writeStringProperty("id", id);
            if (notice != null) {
                json.writeStringProperty("notice", notice);
            }
        }));
    }

    static Encoded pong(@Nullable String ref) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "pong");
            writeRef(json, ref);
        }));
    }

    static Encoded drain(long retryMillis) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "drain");
            json.writeNumberProperty("retry", retryMillis);
        }));
    }

    /** The {@code code} of a refusal. */
    static String code(RefusedException why) {
        return switch (why.reason()) {
            case MISSING, INVALID_TOKEN, INVALID_REQUEST -> "unauthorized";
            case INSUFFICIENT -> "forbidden";
            case LIMITED -> "too-many";
            case UNAVAILABLE -> "unavailable";
        };
    }

    static Encoded error(String code, @Nullable String subscription, @Nullable String ref, @Nullable String message) {
        return Encoded.of(Json.object(json -> {
            json.writeStringProperty("type", "error");
            json.writeStringProperty("code", code);
            if (subscription != null) {
                json.writeStringProperty("subscription", subscription);
            }
            writeRef(json, ref);
            json.writeStringProperty("message", Json.encodable(String.valueOf(message)));
        }));
    }

    private static void writeRef(JsonGenerator json, @Nullable String ref) {
        if (ref != null) {
            json.writeStringProperty("ref", ref);
        }
    }
}
