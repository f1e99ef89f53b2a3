package dev.pharos.protocol.mercure;

import dev.pharos.presence.LiveSubscription;
import dev.pharos.url.MatchTypes;
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

    /** Whether subscriptions of this match type are told of. */
    boolean tellsOf(LiveSubscription subscription) {
        return this == DRAFT_07 ? subscription.matchType().isEmpty() : MatchTypes.isMatchType(subscription.matchType());
    }

    /** The path of a subscription, which is its name, and the topic of what is told about it. */
    String path(String hubPath, LiveSubscription subscription) {
        String type = this == DRAFT_07 ? "" : encoded(subscription.matchType()) + "/";
        return hubPath + SEGMENT + "/" + type + encoded(subscription.selector()) + "/"
                + encoded(subscription.subscriber());
    }

    /** The data of the event that a subscription begins or ends. */
    String event(String hubPath, LiveSubscription subscription, boolean active) {
        return new String(
                Json.object(json -> {
                    context(json);
                    subscription(json, hubPath, subscription, active);
                }),
                StandardCharsets.UTF_8);
    }

    /** One active subscription. */
    byte[] single(String hubPath, LiveSubscription subscription, String lastEventId) {
        return Json.object(json -> {
            context(json);
            subscription(json, hubPath, subscription, true);
            lastEventId(json, lastEventId);
        });
    }

    /** Active subscriptions, at a path. */
    byte[] collection(String hubPath, String path, List<LiveSubscription> subscriptions, String lastEventId) {
        return Json.object(json -> {
            context(json);
            json.writeStringProperty("id", path);
            json.writeStringProperty("type", many);
            lastEventId(json, lastEventId);
            json.writeArrayPropertyStart("subscriptions");
            for (LiveSubscription subscription : subscriptions) {
                json.writeStartObject();
                subscription(json, hubPath, subscription, true);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private void subscription(JsonGenerator json, String hubPath, LiveSubscription subscription, boolean active) {
        json.writeStringProperty("id", path(hubPath, subscription));
        json.writeStringProperty("type", one);
        if (this == DRAFT_07) {
            json.writeStringProperty("topic", subscription.selector());
        } else {
            json.writeStringProperty("match_type", subscription.matchType());
            json.writeStringProperty("match", subscription.selector());
        }
        json.writeStringProperty("subscriber", subscription.subscriber());
        json.writeBooleanProperty("active", active);
        String payload = subscription.payload();
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
