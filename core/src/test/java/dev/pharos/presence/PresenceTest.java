package dev.pharos.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {

    private final Presence presence = new Presence();
    private final List<String> told = new ArrayList<>();

    private LiveSubscription reading(Presence.Member member, String selector) {
        return new LiveSubscription(member.subscriber(), "", selector, null);
    }

    @Test
    void knowsASubscriberFromItsFirstSelectorToItsLast() {
        Presence.Member member = presence.member();
        assertThat(presence.size()).isZero();
        LiveSubscription a = reading(member, "a");
        LiveSubscription b = reading(member, "b");
        member.join(List.of(a));
        member.join(List.of(b));
        assertThat(presence.list(subscription -> true, 10)).containsExactly(a, b);
        assertThat(presence.list(subscription -> true, 1)).containsExactly(a);
        member.leave(List.of(a));
        assertThat(presence.list(subscription -> true, 10)).containsExactly(b);
        member.leave();
        member.leave();
        assertThat(presence.size()).isZero();
    }

    @Test
    void givesEachConnectionAnIdOfItsOwn() {
        assertThat(presence.member().subscriber())
                .startsWith("urn:uuid:")
                .isNotEqualTo(presence.member().subscriber());
    }

    @Test
    void tellsListenersOfEachWhoComesAndGoes() {
        presence.listen(new Presence.Listener() {
            @Override
            public void joined(LiveSubscription subscription) {
                told.add("+" + subscription.selector());
            }

            @Override
            public void left(LiveSubscription subscription) {
                told.add("-" + subscription.selector());
            }
        });
        Presence.Member member = presence.member();
        member.join(List.of(reading(member, "a"), reading(member, "b")));
        member.leave();
        assertThat(told).containsExactly("+a", "+b", "-a", "-b");
    }

    @Test
    void reservesTopics() {
        presence.reserve(topic -> topic.startsWith("/x/"));
        presence.reserve(topic -> topic.equals("y"));
        assertThat(presence.isReserved("/x/1")).isTrue();
        assertThat(presence.isReserved("y")).isTrue();
        assertThat(presence.isReserved("z")).isFalse();
    }
}
