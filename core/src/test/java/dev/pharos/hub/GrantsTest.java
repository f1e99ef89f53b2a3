package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Event;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrantsTest {

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void letPrivateEventsReachThoseAloneWhoHaveThem() {
        Probe none = read("a", Selectors.NONE, Start.LIVE);
        Probe other = read("a", Selectors.of("b"), Start.LIVE);
        Probe granted = read("a", Selectors.of("a"), Start.LIVE);
        Probe all = read("*", Selectors.EVERYTHING, Start.LIVE);
        secret("a");
        bench.publish("a");
        bench.settle();
        assertThat(none.text()).isEqualTo("2;");
        assertThat(other.text()).isEqualTo("2;");
        assertThat(granted.text()).isEqualTo("1;2;");
        assertThat(all.text()).isEqualTo("1;2;");
    }

    @Test
    void coverAnEventByAnyOfItsTopics() {
        Probe byAlternate = read("a", Selectors.of("b"), Start.LIVE);
        Probe notAsked = read("c", Selectors.EVERYTHING, Start.LIVE);
        secret("a", "b");
        bench.settle();
        assertThat(byAlternate.text()).isEqualTo("1;");
        assertThat(notAsked.text()).isEmpty();
    }

    @Test
    void holdForTheHistoryAsWell() {
        secret("a");
        bench.publish("a");
        secret("a", "b");
        assertThat(settled(read("a", Selectors.NONE, Start.after(Start.EARLIEST))))
                .isEqualTo("2;");
        assertThat(settled(read("a", Selectors.of("b"), Start.after(Start.EARLIEST))))
                .isEqualTo("2;3;");
        assertThat(settled(read("a", Selectors.of("a"), Start.after(bench.cursor(1)))))
                .isEqualTo("2;3;");
        assertThat(settled(read("a", Selectors.NONE, new Start(null, 2, false))))
                .isEqualTo("2;");
    }

    @Test
    void keepAudiencesOfTheSameSelectorsApart() {
        Probe one = read("a", Selectors.of("x"), Start.LIVE);
        Probe same = read("a", Selectors.of("x"), Start.LIVE);
        Probe other = read("a", Selectors.of("y"), Start.LIVE);
        assertThat(one.subscription().audience())
                .isSameAs(same.subscription().audience())
                .isNotSameAs(other.subscription().audience());
    }

    @Test
    void tellNobodyOfALossThatWasNotTheirs() {
        Bench small = new Bench(5_000, Bench.BOUNDS);
        small.publish("b");
        small.hub.publish(List.of(Event.on("a").topic("mine").isPrivate(true).build()));
        String cursor = small.cursor(2);
        for (int i = 0; i < 100; i++) {
            small.hub.publish(List.of(Event.on("a")
                    .topic("others/" + i)
                    .isPrivate(true)
                    .data(Bench.SOME_DATA)
                    .build()));
        }
        Probe granted = read(small, "a", Selectors.of("mine"), Start.after(cursor));
        Probe wide = read(small, "a", Selectors.of("others/{n}"), Start.after(cursor));
        Probe late = read(small, "a", Selectors.of("mine"), Start.after(small.cursor(1)));
        small.settle();
        assertThat(requireNonNull(granted.outcome).state()).isEqualTo(Notice.State.RESUMED);
        assertThat(requireNonNull(wide.outcome).state()).isEqualTo(Notice.State.LOST);
        assertThat(requireNonNull(late.outcome).state()).isEqualTo(Notice.State.LOST);
        small.close();
    }

    private Probe read(String selector, Selectors grants, Start start) {
        Probe probe = read(bench, selector, grants, start);
        bench.settle();
        return probe;
    }

    private static Probe read(Bench on, String selector, Selectors grants, Start start) {
        Interest interest = new Interest(Selectors.of(selector), grants, PlainFormat.PLAIN, DeliveryMode.ALL);
        return on.subscribe(new Probe(), start, interest);
    }

    private String settled(Probe probe) {
        bench.settle();
        return probe.text();
    }

    private void secret(String... topics) {
        Event.Builder event = new Event.Builder().data(Bench.SOME_DATA).isPrivate(true);
        for (String topic : topics) {
            event.topic(topic);
        }
        bench.hub.publish(List.of(event.build()));
    }
}
