package dev.pharos.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.client.FakeHub.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SubscriberTest {

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final Sink sink = new Sink();
    private FakeHub hub;
    private @Nullable HubClient client;

    @BeforeEach
    void start() throws IOException {
        hub = FakeHub.start();
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        hub.close();
    }

    @Test
    void asksForWhatIsSelected() throws Exception {
        subscribe(new Selection(List.of("a b", "c"), 3, null, true));
        Call call = hub.next();
        assertThat(call.query()).isEqualTo("topic=a+b&topic=c&last=3&envelope=json&control=true&cursor=true");
        assertThat(call.header("Accept")).isEqualTo("text/event-stream");
        assertThat(call.header("Last-Event-ID")).isNull();
    }

    @Test
    void takesAnIdThatNoHeaderCanCarryIntoTheQuery() throws Exception {
        subscribe(new Selection(List.of("a"), -1, "caf\u00e9", false));
        Call call = hub.next();
        assertThat(call.query()).endsWith("&lastEventId=caf%C3%A9");
        assertThat(call.header("Last-Event-ID")).isNull();
    }

    @Test
    void givesEventsAtOnceAndHidesTheHubsOwn() throws Exception {
        subscribe(all());
        Call call = hub.next().stream(
                "id: pos:e.1\nretry: 1\n\nevent: pharos\nid: pos:e.1\ndata: {\"state\":\"live\",\"heartbeat\":15}\n\n");
        call.send("id: pos:e.2\ndata: one\ndata: more\n\n");
        await().until(() -> sink.flushed.equals(List.of("one\nmore")));
        assertThat(notices).isEmpty();
    }

    @Test
    void resumesBehindTheLastWholeEvent() throws Exception {
        subscribe(new Selection(List.of("a"), 5, null, false));
        Call call = hub.next().stream("retry: 1\n\nid: pos:e.2\ndata: one\n\nid: pos:e.3\ndata: tw");
        await().until(() -> sink.flushed.size() == 1);
        call.cut();
        Call again = hub.next();
        assertThat(again.header("Last-Event-ID")).isEqualTo("pos:e.2");
        assertThat(again.query()).doesNotContain("last=");
        again.stream("id: pos:e.3\ndata: two\n\n");
        await().until(() -> sink.flushed.equals(List.of("one", "two")));
        assertThat(notices).isEmpty();
    }

    @Test
    void resumesFromTheCursorWhenThereWasNoEventYet() throws Exception {
        subscribe(all());
        hub.next().stream("id: pos:e.7\nretry: 1\n\n").end();
        assertThat(hub.next().header("Last-Event-ID")).isEqualTo("pos:e.7");
    }

    @Test
    void keepsTheGivenIdUntilTheHubGivesAPlace() throws Exception {
        subscribe(new Selection(List.of("a"), -1, "earliest", false));
        Call call = hub.next();
        assertThat(call.header("Last-Event-ID")).isEqualTo("earliest");
        call.stream("retry: 1\n\n").end();
        assertThat(hub.next().header("Last-Event-ID")).isEqualTo("earliest");
    }

    @Test
    void neverRepeatsAnEventThatIsSentAgain() throws Exception {
        subscribe(all());
        hub.next().stream("retry: 1\n\nid: pos:e.2\ndata: one\n\nid: pos:e.3\ndata: two\n\n")
                .end();
        hub.next().stream("id: pos:e.3\ndata: two\n\nid: pos:e.4\ndata: three\n\n");
        await().until(() -> sink.flushed.equals(List.of("one", "two", "three")));
    }

    @Test
    void takesLowerPositionsOfAnotherEpochForNew() throws Exception {
        subscribe(all());
        hub.next().stream("retry: 1\n\nid: pos:e.9\ndata: one\n\n").end();
        hub.next().stream("id: pos:f.1\ndata: two\n\n");
        await().until(() -> sink.flushed.equals(List.of("one", "two")));
    }

    @Test
    void saysThatEventsWereLost() throws Exception {
        subscribe(all());
        hub.next().stream(
                "event: pharos\nid: pos:e.1\ndata: {\"state\":\"lost\",\"reason\":\"the log is another\"}\n\n");
        await().until(() -> notices.equals(List.of("events were lost: the log is another")));
        assertThat(sink.flushed).isEmpty();
    }

    @Test
    void takesASilentConnectionForDead() throws Exception {
        subscribe(all());
        hub.next().stream(
                "id: pos:e.1\nretry: 1\n\nevent: pharos\nid: pos:e.1\ndata: {\"state\":\"live\",\"heartbeat\":0.02}\n\n");
        assertThat(hub.next().header("Last-Event-ID")).isEqualTo("pos:e.1");
    }

    @Test
    void doesNotTakeAReaderThatBlocksForASilentHub() throws Exception {
        sink.block();
        subscribe(all());
        Call call = hub.next().stream("""
                        retry: 1

                        event: pharos
                        id: pos:e.1
                        data: {"state":"live","heartbeat":0.02}

                        id: pos:e.2
                        data: one

                        """);
        await().until(sink::blocked);
        await().during(Duration.ofMillis(200)).until(() -> !hub.hasNext());
        sink.unblock();
        await().until(() -> sink.flushed.equals(List.of("one")));
        call.cut();
    }

    @Test
    void comesBackWhenTheHubDoesAndSaysSo() throws Exception {
        subscribe(all());
        Call call = hub.next().stream("retry: 1\n\nid: pos:e.2\ndata: one\n\n");
        await().until(() -> sink.flushed.size() == 1);
        int port = hub.port();
        hub.close();
        call.cut();
        await().until(() -> notices.size() == 1);
        assertThat(notices.getFirst()).startsWith("no hub answers at http://127.0.0.1:" + port + "/events");
        hub = FakeHub.startOn(port);
        Call again = hub.next();
        assertThat(again.header("Last-Event-ID")).isEqualTo("pos:e.2");
        again.stream("id: pos:e.3\ndata: two\n\n");
        await().until(() -> sink.flushed.equals(List.of("one", "two")));
        assertThat(notices).hasSize(2).last().isEqualTo("the hub is back");
    }

    @Test
    void triesAgainWhenTheHubIsOverloaded() throws Exception {
        subscribe(all());
        hub.next().answer(503, "text/plain", "too many readers");
        hub.next().stream("data: one\n\n");
        await().until(() -> sink.flushed.equals(List.of("one")));
        assertThat(notices.getFirst()).startsWith("too many readers (503)");
    }

    @Test
    void endsWhenItIsRefusedAndSaysWhy() throws Exception {
        CompletableFuture<Boolean> result = subscribe(all());
        hub.next().answer(400, "text/plain", "selector 'a{' has no closing brace\n");
        assertThat(result.get()).isFalse();
        assertThat(notices).containsExactly("refused: selector 'a{' has no closing brace (400)");
    }

    @Test
    void endsWhenThereIsNoHubBehindTheAddress() throws Exception {
        CompletableFuture<Boolean> result = subscribe(all());
        hub.next().answer(200, "text/html", "<p>hello");
        assertThat(result.get()).isFalse();
        assertThat(notices.getFirst()).contains("text/html, not an event stream");
    }

    @Test
    void endsWhenTheHubSaysStop() throws Exception {
        CompletableFuture<Boolean> result = subscribe(all());
        hub.next().answer(204, "text/plain", "");
        assertThat(result.get()).isTrue();
    }

    @Test
    void endsWhenNobodyReadsAnyMore() throws Exception {
        CompletableFuture<Boolean> result = subscribe(all());
        sink.closed = true;
        hub.next().stream("data: one\n\n");
        assertThat(result.get()).isTrue();
        assertThat(notices).isEmpty();
    }

    private static Selection all() {
        return new Selection(List.of("a"), -1, null, false);
    }

    private CompletableFuture<Boolean> subscribe(Selection selection) {
        HubClient mine = new HubClient(hub.url(), null);
        client = mine;
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), new Random(1));
        Subscriber subscriber = new Subscriber(mine, selection, sink, backoff, System::nanoTime, notices::add);
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(subscriber.run());
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
