package dev.pharos.protocol.mercure;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** How the drafts tell about subscriptions: paths, which are topics as well, and JSON. */
enum SubscriptionDocuments {
    /** JSON-LD, and the last event's id in every document. */
    DRAFT_07("application/ld+json", "Subscription", "Subscriptions", null),
    /** Plain JSON. */
    DRAFT_08("application/json", "subscription", "subscriptions", Draft08.HUB_TYPE);

    /** What follows the hub's path. */
    static final String SEGMENT = "/subscriptions";

    private static final String CONTEXT = "https://mercure.rocks/";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final String mediaType;
    private final String one;
    private final String many;
    private final @Nullable String eventType;

    SubscriptionDocuments(String mediaType, String one, String many, @Nullable String eventType) {
        this.mediaType = mediaType;
        this.one = one;
        this.many = many;
        this.eventType = eventType;
    }

    String mediaType() {
        return mediaType;
    }

    /** The type of the events that tell of a subscription, or null. */
    @Nullable
    String eventType() {
        return eventType;
    }

    /** The path of a subscription, which is its name, and the topic of what is told about it. */
    String path(Subscriber subscriber, Matcher matcher) {
        String type = this == DRAFT_07 ? "" : encoded(matcher.type()) + "/";
        return subscriber.hubPath() + SEGMENT + "/" + type + encoded(matcher.text()) + "/" + encoded(subscriber.id());
    }

    /** The data of the event that a subscription begins or ends. */
    String event(Subscriber subscriber, Matcher matcher, boolean active) {
        return new String(
                Json.object(json -> {
                    context(json);
                    subscription(json, subscriber, matcher, active);
                }),
                StandardCharsets.UTF_8);
    }

    /** One active subscription. */
    byte[] single(Subscriber subscriber, Matcher matcher, String lastEventId) {
        return Json.object(json -> {
            context(json);
            subscription(json, subscriber, matcher, true);
            lastEventId(json, lastEventId);
        });
    }

    /** Active subscriptions, at a path. */
    byte[] collection(String path, List<Subscriber> subscribers, @Nullable Matcher only, String lastEventId) {
        return Json.object(json -> {
            context(json);
            json.writeStringProperty("id", path);
            json.writeStringProperty("type", many);
            lastEventId(json, lastEventId);
            json.writeArrayPropertyStart("subscriptions");
            for (Subscriber subscriber : subscribers) {
                for (Matcher matcher : subscriber.matchers()) {
                    if (only == null || only.equals(matcher)) {
                        json.writeStartObject();
                        subscription(json, subscriber, matcher, true);
                        json.writeEndObject();
                    }
                }
            }
            json.writeEndArray();
        });
    }

    private void subscription(JsonGenerator json, Subscriber subscriber, Matcher matcher, boolean active) {
        json.writeStringProperty("id", path(subscriber, matcher));
        json.writeStringProperty("type", one);
        if (this == DRAFT_07) {
            json.writeStringProperty("topic", matcher.text());
        } else {
            json.writeStringProperty("match_type", matcher.type());
            json.writeStringProperty("match", matcher.text());
        }
        json.writeStringProperty("subscriber", subscriber.id());
        json.writeBooleanProperty("active", active);
        String payload = subscriber.payloads().of(matcher.text());
        if (payload != null) {
            json.writeName("payload");
            json.writeRawValue(payload);
        }
    }

    private void context(JsonGenerator json) {
        if (this == DRAFT_07) {
            json.writeStringProperty("@context", CONTEXT);
        }
    }

    private void lastEventId(JsonGenerator json, String id) {
        if (this == DRAFT_07) {
            json.writeStringProperty("lastEventID", id);
        }
    }

    /** A value in a path: all but unreserved characters is percent-encoded, once (RFC 6570, simple expansion). */
    static String encoded(String value) {
        StringBuilder encoded = new StringBuilder(value.length() + 16);
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xFF);
            boolean unreserved = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~".indexOf(c) >= 0;
            if (unreserved) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 0xF]);
            }
        }
        return encoded.toString();
    }
}
