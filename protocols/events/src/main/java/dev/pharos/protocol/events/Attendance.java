package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Event;
import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence;
import dev.pharos.presence.Presence.Member;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Presence as plain events show it: a document of who reads what, and a private event for everybody who comes and goes.
 *
 * <p>Thread-safe.
 */
final class Attendance implements Presence.Listener {

    private static final String AFTER = "after";
    private static final Headers JSON = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private final Hub hub;
    private final Presence presence;
    private final String root;

    /**
     * Begins to publish who comes and goes.
     *
     * @param root the path of the document, which is the beginning of the events' topics
     */
    Attendance(Hub hub, Presence presence, String root) {
        this.hub = hub;
        this.presence = presence;
        this.root = root;
        presence.reserve(topic -> topic.equals(root) || topic.startsWith(root + "/"));
        presence.listen(this);
    }

    /** A connection that may subscribe. */
    Member member() {
        return presence.member();
    }

    /** The subscriptions of somebody to selectors. */
    static List<LiveSubscription> of(Member member, Selectors selectors, Caller caller) {
        return selectors.texts().stream()
                .map(text -> new LiveSubscription(
                        member.subscriber(), "", text, caller.permit().payload(text)))
                .toList();
    }

    void checkNotReserved(Event event) {
        for (String topic : event.topics()) {
            if (presence.isReserved(topic)) {
                throw new BadRequestException("topic '%s' is reserved for what the hub tells of subscriptions"
                        .formatted(SubscribeParameters.shown(topic)));
            }
        }
    }

    /**
     * The document of a request: of all subscriptions, of those to a selector, or one. A list comes in pages.
     *
     * <p>The path as sent is the topic that it takes a grant for.
     */
    Response document(Request request, Caller caller) {
        String path = request.path();
        if (!caller.permit().subscribe().selects(path)) {
            throw caller.lacks("to see subscriptions takes a token that grants reading the topic " + root
                    + ", or that of the path");
        }
        String rest = path.substring(root.length());
        String[] parts = rest.isEmpty() ? new String[0] : rest.substring(1).split("/", -1);
        if (parts.length > 2) {
            return Response.text(404, "there is nothing at this path");
        }
        String selector = parts.length > 0 ? decoded(parts[0]) : null;
        Predicate<LiveSubscription> which = subscription ->
                subscription.matchType().isEmpty() && (selector == null || selector.equals(subscription.selector()));
        if (parts.length > 1) {
            String subscriber = String.valueOf(decoded(parts[1]));
            return presence.of(subscriber).stream()
                    .filter(which)
                    .findFirst()
                    .map(found -> json(json -> write(json, found, true)))
                    .orElseGet(() -> Response.text(404, "there is no such subscription (any more)"));
        }
        String after = Parameters.ofQuery(request.query(), 1_000).first(AFTER);
        String cursor = hub.cursor(hub.log().end()).toString();
        Presence.Page page = presence.page(which, after);
        return json(json -> {
            json.writeStringProperty("id", path);
            json.writeStringProperty("lastEventId", cursor);
            json.writeArrayPropertyStart("subscriptions");
            for (LiveSubscription subscription : page.subscriptions()) {
                json.writeStartObject();
                write(json, subscription, true);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanProperty("more", page.next() != null);
            if (page.next() != null) {
                json.writeStringProperty("next", path + "?" + AFTER + "=" + encoded(page.next()));
            }
        });
    }

    private static Response json(java.util.function.Consumer<JsonGenerator> fields) {
        return new Response(200, JSON, Json.object(fields));
    }

    @Override
    public void joined(LiveSubscription subscription) {
        publish(subscription, true);
    }

    @Override
    public void left(LiveSubscription subscription) {
        publish(subscription, false);
    }

    private void publish(LiveSubscription subscription, boolean active) {
        if (!subscription.matchType().isEmpty()) {
            return; // its selector is of a language that is not spoken here
        }
        String data = new String(Json.object(json -> write(json, subscription, active)), StandardCharsets.UTF_8);
        Event event = Event.on(topic(subscription))
                .topic(root)
                .type("subscription")
                .data(data)
                .isPrivate(true)
                .build();
        hub.publish(List.of(event), (entries, failure) -> presence.published(failure));
    }

    private void write(JsonGenerator json, LiveSubscription subscription, boolean active) {
        json.writeStringProperty("id", topic(subscription));
        json.writeStringProperty("selector", Json.encodable(subscription.selector()));
        json.writeStringProperty("subscriber", subscription.subscriber());
        json.writeBooleanProperty("active", active);
        String payload = subscription.payload();
        if (payload != null) {
            json.writeName("payload");
            json.writeRawValue(payload);
        }
    }

    private String topic(LiveSubscription subscription) {
        return root + "/" + encoded(subscription.selector()) + "/" + encoded(subscription.subscriber());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static @Nullable String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new BadRequestException("the path has a '%' that begins no percent escape");
        }
    }
}
