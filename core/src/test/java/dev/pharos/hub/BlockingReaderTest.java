package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.LogException;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BlockingReaderTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final CountedLog log =
            new CountedLog(new MemoryLog("e", new Retention(4_000, 0, 1_000, 1 << 20), InstantSource.system()));
    private final Hub hub =
            Hub.over(log).limits(Limits.DEFAULT.withSubscriptions(2)).build();

    @AfterEach
    void leavesNothing() {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.stats().subscriptions()).isZero());
        assertThat(hub.tape().isEmpty()).isTrue();
        hub.close();
    }

    @Test
    void takesWhatThereIsThenWaitsForMore() throws Exception {
        publish("a", "a");
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.after(Start.EARLIEST))) {
            assertThat(text(reader.take(LONG))).isEqualTo("1;2;");
            assertThat(reader.take(Duration.ofMillis(1))).isNull();
            CompletableFuture<@Nullable Encoded> taken = takeElsewhere(reader);
            publish("a");
            assertThat(text(taken.join())).isEqualTo("3;");
            assertThat(requireNonNull(reader.outcome()).state()).isEqualTo(Notice.State.RESUMED);
            assertThat(reader.cursor()).isEqualTo(hub.cursor(3));
            assertThat(reader.hasLost()).isFalse();
        }
    }

    @Test
    void givesWhatThereIsNowWithoutWaiting() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            assertThat(reader.take(Duration.ZERO)).isNull();
            publish("a");
            assertThat(text(reader.take(Duration.ZERO))).isEqualTo("1;");
            assertThat(reader.take(Duration.ofSeconds(-1))).isNull();
        }
    }

    @Test
    void waitsForever() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            reader.take(Duration.ZERO);
            publish("a");
            assertThat(text(reader.take(Duration.ofSeconds(Long.MAX_VALUE)))).isEqualTo("1;");
        }
    }

    @Test
    void hasACursorThatTravelsButNotAheadOfWhatWasTaken() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            assertThat(reader.take(Duration.ZERO)).isNull();
            assertThat(reader.cursor()).isEqualTo(hub.cursor(0));
            publish("b", "b");
            assertThat(reader.take(Duration.ZERO)).isNull();
            assertThat(reader.cursor()).isEqualTo(hub.cursor(2));
            publish("a", "b", "a", "b");
            assertThat(reader.cursor()).isEqualTo(hub.cursor(2));
            assertThat(text(reader.take(LONG))).isEqualTo("3;5;");
            assertThat(requireNonNull(reader.cursor()).position()).isBetween(5L, 6L);
        }
    }

    @Test
    void conflatesWhatPiledUpUntilItTakes() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.LATEST), Start.LIVE)) {
            reader.take(Duration.ZERO);
            publish("a", "a", "a");
            publish("a", "a", "a");
            assertThat(text(reader.take(LONG))).isEqualTo("6;");
            assertThat(reader.take(Duration.ZERO)).isNull();
        }
    }

    @Test
    void tellsOfALossAtTheStart() throws Exception {
        publish(100);
        long kept = log.size().events();
        try (BlockingReader reader =
                hub.reader(interest(DeliveryMode.ALL), Start.after(hub.cursor(1).toString()))) {
            assertThat(text(reader.take(LONG))).startsWith(100 - kept + 1 + ";");
            assertThat(requireNonNull(reader.outcome()).state()).isEqualTo(Notice.State.LOST);
            assertThat(reader.hasLost()).isTrue();
        }
    }

    @Test
    void tellsOfALossInBetween() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            assertThat(reader.take(Duration.ZERO)).isNull();
            publish("a");
            assertThat(text(reader.take(LONG))).isEqualTo("1;");
            for (int i = 0; i < 20_000; i++) {
                publish("a");
            }
            StringBuilder all = new StringBuilder();
            while (!all.toString().endsWith(";20001;")) {
                all.append(text(reader.take(LONG)));
            }
            assertThat(all.toString()).startsWith("lost after 1;");
            assertThat(reader.hasLost()).isTrue();
        }
    }

    @Test
    void endsWhoWaitsWhenItIsClosed() throws Exception {
        BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE);
        CompletableFuture<@Nullable Encoded> taken = takeElsewhere(reader);
        reader.close();
        reader.close();
        assertThatThrownBy(taken::join).hasCauseInstanceOf(ReaderEndedException.class);
        assertThatThrownBy(() -> reader.take(LONG))
                .isInstanceOf(ReaderEndedException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void goesOnAfterAnInterrupt() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread taker = Thread.ofVirtual().unstarted(() -> {
                try {
                    reader.take(LONG);
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            taker.start();
            await().atMost(LONG).until(() -> taker.getState() == Thread.State.TIMED_WAITING);
            taker.interrupt();
            taker.join();
            assertThat(failure.get()).isInstanceOf(InterruptedException.class);
            publish("a");
            assertThat(text(reader.take(LONG))).isEqualTo("1;");
        }
    }

    @Test
    void sharesTheEventsAmongThoseWhoTake() throws Exception {
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            reader.take(Duration.ZERO);
            CompletableFuture<@Nullable Encoded> first = takeElsewhere(reader);
            CompletableFuture<@Nullable Encoded> second = takeElsewhere(reader);
            publish("a");
            await().atMost(LONG).until(() -> first.isDone() || second.isDone());
            publish("a");
            assertThat(List.of(text(first.join()), text(second.join()))).containsExactlyInAnyOrder("1;", "2;");
        }
    }

    @Test
    void endsWhenTheHubIsOverloaded() throws Exception {
        try (BlockingReader first = hub.reader(interest(DeliveryMode.ALL), Start.LIVE);
                BlockingReader second = hub.reader(interest(DeliveryMode.ALL), Start.LIVE);
                BlockingReader third = hub.reader(interest(DeliveryMode.ALL), Start.LIVE)) {
            assertThat(first.take(Duration.ZERO)).isNull();
            assertThat(second.take(Duration.ZERO)).isNull();
            assertThatThrownBy(() -> third.take(LONG))
                    .isInstanceOf(ReaderEndedException.class)
                    .hasMessageContaining("as many readers");
        }
    }

    @Test
    void endsWhenTheHubDrains() throws Exception {
        BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE);
        CompletableFuture<@Nullable Encoded> taken = takeElsewhere(reader);
        await().atMost(LONG).until(() -> reader.outcome() != null);
        hub.drain().toCompletableFuture().join();
        assertThatThrownBy(taken::join).hasRootCauseMessage("the hub is stopping");
        assertThatThrownBy(
                        () -> hub.reader(interest(DeliveryMode.ALL), Start.LIVE).take(LONG))
                .hasMessageContaining("stopping");
    }

    @Test
    void endsWhenTheHubIsClosed() throws Exception {
        BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.LIVE);
        CompletableFuture<@Nullable Encoded> taken = takeElsewhere(reader);
        await().atMost(LONG).until(() -> reader.outcome() != null);
        hub.close();
        assertThatThrownBy(taken::join).hasRootCauseInstanceOf(ReaderEndedException.class);
        assertThatThrownBy(() -> reader.take(LONG)).isInstanceOf(ReaderEndedException.class);
        assertThatThrownBy(
                        () -> hub.reader(interest(DeliveryMode.ALL), Start.LIVE).take(LONG))
                .hasMessageContaining("closed");
    }

    @Test
    void saysWhyTheLogCannotBeRead() {
        publish("a");
        log.failure = new LogException("the disk is gone");
        try (BlockingReader reader = hub.reader(interest(DeliveryMode.ALL), Start.after(Start.EARLIEST))) {
            assertThatThrownBy(() -> reader.take(LONG))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("the disk is gone");
        }
    }

    @Test
    void endsWhenTheFormatFails() {
        WireFormat broken = new WireFormat() {
            @Override
            public Encoded encode(Entry entry) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public @Nullable Encoded encode(Notice notice) {
                return null;
            }
        };
        Interest interest = new Interest(Selectors.of("a"), broken, DeliveryMode.ALL);
        try (BlockingReader reader = hub.reader(interest, Start.after(Start.EARLIEST))) {
            publish("a");
            assertThatThrownBy(() -> reader.take(LONG))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a bug");
        }
    }

    private static CompletableFuture<@Nullable Encoded> takeElsewhere(BlockingReader reader) {
        CompletableFuture<@Nullable Encoded> taken = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                taken.complete(reader.take(LONG));
            } catch (Exception failure) {
                taken.completeExceptionally(failure);
            }
        });
        return taken;
    }

    private static Interest interest(DeliveryMode mode) {
        return new Interest(Selectors.of("a"), PlainFormat.PLAIN, mode);
    }

    private void publish(String... topics) {
        hub.publish(Arrays.stream(topics).map(topic -> Event.of(topic, "")).toList());
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            publish("a");
        }
    }

    private static String text(@Nullable Encoded run) {
        return requireNonNull(run).toString();
    }
}
