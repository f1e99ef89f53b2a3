package dev.pharos.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
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
        assertThat(presence.page(subscription -> true, null).subscriptions()).containsExactly(a, b);
        assertThat(presence.page(b::equals, null).subscriptions()).containsExactly(b);
        assertThat(presence.of(member.subscriber())).containsExactly(a, b);
        member.leave(List.of(a));
        assertThat(presence.page(subscription -> true, null).subscriptions()).containsExactly(b);
        member.leave();
        member.leave();
        assertThat(presence.size()).isZero();
    }

    @Test
    void givesAMillionSubscriptionsInPages() {
        for (int i = 0; i < 10_000; i++) {
            Presence.Member member = presence.member();
            member.join(IntStream.range(0, 100)
                    .mapToObj(n -> reading(member, "topic" + n))
                    .toList());
        }
        Set<LiveSubscription> all = new HashSet<>();
        int pages = walk(subscription -> true, all);
        assertThat(all).hasSize(1_000_000);
        assertThat(pages).isBetween(300, 1_000);
        Set<LiveSubscription> some = new HashSet<>();
        assertThat(walk(subscription -> subscription.selector().equals("topic7"), some))
                .isEqualTo(50);
        assertThat(some).hasSize(10_000);
    }

    @Test
    void endsAPageWithinALongSubscriber() {
        Presence.Member member = presence.member();
        member.join(IntStream.range(0, 100)
                .mapToObj(n -> reading(member, n + "/".repeat(4_000)))
                .toList());
        Set<LiveSubscription> all = new HashSet<>();
        assertThat(walk(subscription -> true, all)).isEqualTo(4);
        assertThat(all).hasSize(100);
        assertThat(presence.page(subscription -> true, "~").subscriptions()).isEmpty();
        assertThat(presence.page(subscription -> true, ".x").subscriptions()).isNotEmpty();
    }

    /** Reads a list to its end; gives the number of pages. */
    private int walk(Predicate<LiveSubscription> which, Set<LiveSubscription> into) {
        String after = null;
        int pages = 0;
        do {
            Presence.Page page = presence.page(which, after);
            assertThat(page.subscriptions().stream()
                            .mapToInt(LiveSubscription::weight)
                            .sum())
                    .isLessThan(2 * Presence.PAGE_BYTES);
            page.subscriptions()
                    .forEach(subscription -> assertThat(into.add(subscription)).isTrue());
            after = page.next();
            pages++;
        } while (after != null);
        return pages;
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
