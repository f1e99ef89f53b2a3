package dev.pharos.protocol.mercure;

import dev.pharos.auth.Permit;
import dev.pharos.hub.Hub;
import dev.pharos.log.Event;
import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence;
import dev.pharos.url.Url;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who reads what, as a draft tells it: from the registry that all protocols of the hub share, those whose match type the
 * draft knows; with private events for everybody who comes and goes. Thread-safe.
 */
final class ActiveSubscriptions implements Presence.Listener {

    private final Hub hub;
    private final Presence presence;
    private final SubscriptionDocuments documents;
    private final String hubPath;

    private ActiveSubscriptions(Hub hub, Presence presence, SubscriptionDocuments documents, Url hubUrl) {
        this.hub = hub;
        this.presence = presence;
        this.documents = documents;
        this.hubPath = hubUrl.path();
    }

    /** Begins to tell, and reserves the topics of what is told. */
    static ActiveSubscriptions of(Hub hub, Presence presence, SubscriptionDocuments documents, Url hubUrl) {
        ActiveSubscriptions active = new ActiveSubscriptions(hub, presence, documents, hubUrl);
        presence.reserve(new ReservedNamespace(hubUrl)::contains);
        presence.listen(active);
        return active;
    }

    /** A connection that may subscribe. */
    Presence.Member member() {
        return presence.member();
    }

    /** The subscriptions of a connection. */
    static List<LiveSubscription> of(Presence.Member member, List<Matcher> matchers, Permit permit) {
        return matchers.stream()
                .map(matcher -> new LiveSubscription(
                        member.subscriber(), matcher.type(), matcher.text(), permit.payload(matcher.text())))
                .toList();
    }

    /** A part of those of this moment for which something holds. */
    Presence.Page page(Predicate<LiveSubscription> which, @Nullable String after) {
        return presence.page(subscription -> documents.tellsOf(subscription) && which.test(subscription), after);
    }

    /** One subscription of a subscriber, if there is one for which something holds. */
    Optional<LiveSubscription> find(String subscriber, Predicate<LiveSubscription> which) {
        return presence.of(subscriber).stream()
                .filter(subscription -> documents.tellsOf(subscription) && which.test(subscription))
                .findFirst();
    }

    @Override
    public void joined(LiveSubscription subscription) {
        tell(subscription, true);
    }

    @Override
    public void left(LiveSubscription subscription) {
        tell(subscription, false);
    }

    private void tell(LiveSubscription subscription, boolean active) {
        if (documents.tellsOf(subscription)) {
            // What cannot be kept is not told: the list stays right.
            Event event = Event.on(documents.path(hubPath, subscription))
                    .type(documents.eventType())
                    .data(documents.event(hubPath, subscription, active))
                    .isPrivate(true)
                    .build();
            hub.publish(List.of(event), (entries, failure) -> presence.published(failure));
        }
    }
}
