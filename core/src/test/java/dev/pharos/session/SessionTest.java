package dev.pharos.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.stepped.SteppedLoop;
import dev.pharos.stepped.VirtualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {

    private final SteppedLoop loop = new SteppedLoop();
    private final VirtualTime time = new VirtualTime();
    private final Sessions sessions =
            Sessions.builder().scheduler(time).random(new Random(1)).most(3).build();
    private final SessionTable<ProtocolSession> table = sessions.table();
    private SessionOptions options = SessionOptions.DEFAULT;
    private final RecordingListener listener = new RecordingListener();

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    private ProtocolSession make(String id, SessionListener to) {
        return new ProtocolSession(sessions, id, loop, FakeRequest.handshake("/s", null, PEER), options, to);
    }

    private ProtocolSession open(String id) {
        ProtocolSession session = requireNonNull(table.add(id, () -> make(id, listener)));
        within(session::open);
        return session;
    }

    private ProtocolSession open() {
        ProtocolSession session = open("id");
        assertThat(listener.take()).containsExactly("open");
        return session;
    }

    private void within(Runnable task) {
        loop.within(task);
        loop.runAll();
    }

    private void pass(long millis) {
        time.pass(millis, loop::runAll);
    }

    private StreamReceiver stream(ProtocolSession session) {
        StreamReceiver receiver = new StreamReceiver(session);
        within(() -> assertThat(session.attach(receiver)).isTrue());
        return receiver;
    }

    private Poll poll(ProtocolSession session, int most) {
        Poll poll = new Poll(session, most);
        within(() -> session.attach(poll));
        return poll;
    }

    private Poll poll(ProtocolSession session) {
        return poll(session, 1000);
    }

    private void send(Session session, String... messages) {
        within(() -> {
            for (String message : messages) {
                session.send(Encoded.of(message));
            }
        });
    }

    /** Nothing is left of any session. */
    @AfterEach
    void leavesNothing() {
        within(() -> sessions.lane(loop).drain());
        pass(60_000);
        assertThat(sessions.size()).isZero();
        assertThat(table.size()).isZero();
        assertThat(sessions.lane(loop).isEmpty()).isTrue();
        pass(1_000);
        assertThat(time.isIdle()).isTrue();
    }

    // messages

    @Test
    void keepsOrderOverReceiversThatComeAndGo() {
        ProtocolSession session = open();
        send(session, "1", "2");
        StreamReceiver first = stream(session);
        send(session, "3");
        within(() -> session.detach(first));
        send(session, "4", "5");
        Poll second = poll(session);
        send(session, "6");
        Poll third = poll(session);

        assertThat(first.take()).containsExactly("1", "2", "3");
        assertThat(second.answer).containsExactly("4", "5");
        assertThat(third.answer).containsExactly("6");
        assertThat(session.buffered()).isZero();
    }

    @Test
    void whatIsSentInOneTurnIsOneAnswer() {
        ProtocolSession session = open();
        Poll poll = poll(session);
        assertThat(poll.answer).isNull();
        send(session, "1", "2", "3");
        assertThat(poll.answer).containsExactly("1", "2", "3");
    }

    @Test
    void anAnswerHasABoundAndTheRestWaits() {
        ProtocolSession session = open();
        send(session, "12345", "67890", "abc");
        assertThat(poll(session, 6).answer).containsExactly("12345", "67890");
        assertThat(poll(session, 6).answer).containsExactly("abc");
    }

    @Test
    void whatAPollThatWasGivenUpHadTakenGoesToTheNext() {
        ProtocolSession session = open();
        Poll poll = new Poll(session, 100);
        within(() -> {
            session.attach(poll);
            session.send(Encoded.of("1"));
            session.send(Encoded.of("2"));
            poll.abort();
            session.send(Encoded.of("3"));
        });
        assertThat(poll.answer).isNull();
        assertThat(poll(session).answer).containsExactly("1", "2", "3");
    }

    @Test
    void saysWhenItIsReadyAgain() {
        ProtocolSession session = open();
        assertThat(session.ready()).isFalse();
        StreamReceiver receiver = stream(session);
        assertThat(listener.take()).containsExactly("ready");
        assertThat(session.ready()).isTrue();
        receiver.ready(false);
        assertThat(session.ready()).isFalse();
        send(session, "1");
        assertThat(session.buffered()).isEqualTo(1);
        assertThat(receiver.take()).isEmpty();
        within(() -> receiver.ready(true));
        assertThat(receiver.take()).containsExactly("1");
        assertThat(listener.take()).containsExactly("ready");
    }

    @Test
    void aListenerThatAnswersReadinessIsInTheSamePoll() {
        ProtocolSession session = open();
        listener.onReady = () -> session.send(Encoded.of("2"));
        send(session, "1");
        assertThat(poll(session).answer).containsExactly("1", "2");
    }

    @Test
    void takesOneReceiverAtATime() {
        ProtocolSession session = open();
        StreamReceiver first = stream(session);
        within(() -> assertThat(session.attach(new StreamReceiver(session))).isFalse());
        assertThat(session.receiver()).isSameAs(first);
    }

    @Test
    void deliversWhatThePeerSends() {
        ProtocolSession session = open();
        within(() -> session.receive("hello"));
        within(() -> session.receive(ByteBuffer.wrap(new byte[3])));
        assertThat(listener.take()).containsExactly("hello", "binary 3");
    }

    @Test
    void requestsWaitWhileTheListenerHasPaused() {
        ProtocolSession session = open();
        listener.onMessage = message -> session.pause();
        StreamReceiver receiver = stream(session);
        listener.take();
        within(() -> {
            for (String message : List.of("1", "2", "3")) {
                assertThat(session.deliver(1, () -> session.receive(message))).isTrue();
            }
        });
        assertThat(listener.take()).containsExactly("1");
        assertThat(receiver.paused).isTrue();
        within(session::resume);
        assertThat(listener.take()).containsExactly("2");
        within(() -> session.deliver(1, () -> session.receive("4")));
        within(session::resume);
        within(session::resume);
        assertThat(listener.take()).containsExactly("3", "4");
        assertThat(receiver.paused).isTrue();
    }

    @Test
    void noMoreThanABoundWaitsForTheListener() {
        options = options.withHeldBytes(10);
        ProtocolSession session = open();
        within(session::pause);
        within(() -> assertThat(session.deliver(9, () -> session.receive("1"))).isTrue());
        within(() -> assertThat(session.deliver(9, () -> session.receive("2"))).isTrue());
        within(() -> assertThat(session.deliver(1, () -> session.receive("3"))).isFalse());
        within(session::resume);
        assertThat(listener.take()).containsExactly("1", "2");
    }

    // its end

    @Test
    void endsWhenMoreWaitsThanMay() {
        options = options.withBufferBytes(10);
        ProtocolSession session = open();
        send(session, "123456789", "0123456789");
        assertThat(session.isOpen()).isTrue();
        send(session, "1");
        assertThat(session.isOpen()).isFalse();
        assertThat(listener.take()).containsExactly("closed OVERFLOW");
        assertThat(session.buffered()).isZero();
        assertThat(table.find("id")).isNull();
    }

    @Test
    void endsWhenNoConnectionComes() {
        ProtocolSession session = open();
        pass(29_000);
        assertThat(session.isOpen()).isTrue();
        StreamReceiver receiver = stream(session);
        listener.take();
        pass(120_000);
        assertThat(receiver.take()).isNotEmpty().containsOnly("heartbeat");
        within(() -> session.detach(receiver));
        pass(29_000);
        assertThat(session.isOpen()).isTrue();
        pass(2_000);
        assertThat(listener.take()).containsExactly("closed IDLE");
        assertThat(table.find("id")).isNull();
    }

    @Test
    void sendsWhatWaitsBeforeItTellsOfTheEnd() {
        ProtocolSession session = open();
        StreamReceiver receiver = stream(session);
        receiver.ready(false);
        listener.take();
        within(() -> {
            session.send(Encoded.of("1"));
            session.close(3000, "Go away!");
            session.send(Encoded.of("2"));
            session.close(3001, "again");
            assertThat(listener.take()).isEmpty();
        });
        assertThat(receiver.take()).containsExactly("1", "close 3000 Go away!");
        assertThat(listener.take()).containsExactly("closed SERVER");
    }

    @Test
    void waitsForTheNextPollToTellOfTheEnd() {
        options = options.withEchoMillis(5_000);
        ProtocolSession session = open();
        Poll poll = poll(session);
        listener.take();
        within(() -> {
            session.send(Encoded.of("1"));
            session.close(3000, "Go away!");
        });
        assertThat(poll.answer).containsExactly("1");
        assertThat(listener.take()).isEmpty();
        assertThat(poll(session).answer).containsExactly("close 3000 Go away!");
        assertThat(listener.take()).containsExactly("closed SERVER");
        assertThat(sessions.size()).isZero();
        pass(3_000);
        assertThat(poll(requireNonNull(table.find("id"))).answer).containsExactly("close 3000 Go away!");
        pass(2_500);
        assertThat(table.find("id")).isNull();
        assertThat(listener.take()).isEmpty();
    }

    @Test
    void doesNotWaitForeverToTellOfTheEnd() {
        ProtocolSession session = open();
        within(() -> session.close(3000, "Go away!"));
        pass(4_000);
        assertThat(listener.take()).isEmpty();
        pass(2_000);
        assertThat(listener.take()).containsExactly("closed SERVER");
        assertThat(table.find("id")).isNull();
    }

    @Test
    void aBrokenConnectionIsToldToLatecomers() {
        options = options.withEchoMillis(5_000);
        ProtocolSession session = open();
        Poll poll = poll(session);
        listener.take();
        within(() -> {
            poll.abort();
            session.end(CloseReason.TRANSPORT, 1002, "Connection interrupted");
        });
        assertThat(listener.take()).containsExactly("closed TRANSPORT");
        assertThat(poll(session).answer).containsExactly("close 1002 Connection interrupted");
    }

    @Test
    void requestsThatWaitAreLetGoAtTheEnd() {
        ProtocolSession session = open();
        within(session::pause);
        boolean[] answered = {false};
        within(() -> session.deliver(1, () -> {
            session.receive("1");
            answered[0] = true;
        }));
        within(() -> session.end(CloseReason.CLIENT, "bye"));
        assertThat(answered[0]).isTrue();
        assertThat(listener.take()).containsExactly("closed CLIENT");
    }

    @Test
    void aListenerThatFailsLosesItsSessionAlone() {
        ProtocolSession session = open();
        ProtocolSession other = requireNonNull(table.add("2", () -> make("2", new RecordingListener())));
        within(other::open);
        StreamReceiver receiver = stream(session);
        listener.take();
        listener.onMessage = message -> {
            throw new IllegalStateException("a planted failure");
        };
        within(() -> session.receive("1"));
        assertThat(receiver.take()).containsExactly("close 1011 the application failed");
        assertThat(listener.take()).containsExactly("1", "closed FAULT");
        assertThat(other.isOpen()).isTrue();
    }

    @Test
    void isForgottenOnceWhenItsReceiverGoesAsItIsToldOfTheEnd() {
        ProtocolSession session = open("1");
        RecordingListener beside = new RecordingListener();
        ProtocolSession other = requireNonNull(table.add("2", () -> make("2", beside)));
        ProtocolSession third = requireNonNull(table.add("3", () -> make("3", new RecordingListener())));
        within(other::open);
        within(third::open);
        Poll poll = poll(session);
        within(() -> session.end(CloseReason.FAULT, "the application failed"));

        assertThat(poll.answer).containsExactly("close 1011 the application failed");
        open("4");
        assertThat(sessions.isFull()).isTrue();
        assertThat(table.add("5", () -> make("5", listener))).isNull();
        within(() -> sessions.lane(loop).drain());
        assertThat(beside.take()).endsWith("drain");
    }

    // all sessions

    @Test
    void aDrainIsHeardByAllAtOnce() {
        ProtocolSession quiet = open();
        StreamReceiver receiver = stream(quiet);
        listener.take();
        listener.onDrain = () -> quiet.send(Encoded.of("last words"));
        CompletionStage<?> drained = sessions.drain();
        assertThat(drained.toCompletableFuture()).isNotDone();
        loop.runAll();
        assertThat(receiver.take()).containsExactly("last words", "close 1001 the server is stopping");
        assertThat(listener.take()).containsExactly("drain", "closed DRAIN");
        assertThat(drained.toCompletableFuture()).isDone();
        assertThat(table.add("new", () -> make("new", listener))).isNull();
    }

    @Test
    void theirNumberIsBounded() {
        open("1");
        open("2");
        ProtocolSession third = open("3");
        assertThat(sessions.isFull()).isTrue();
        assertThat(table.add("4", () -> make("4", listener))).isNull();
        within(() -> third.end(CloseReason.CLIENT, ""));
        assertThat(table.add("2", () -> make("2", listener)))
                .as("the id is taken")
                .isNull();
        open("4");
    }

    @Test
    void idsCannotBeGuessed() {
        assertThat(sessions.newId()).matches("[A-Za-z0-9_-]{22}").isNotEqualTo(sessions.newId());
    }

    @Test
    void aRunForManySessionsIsFramedOnce() {
        int[] framings = {0};
        FrameCache cache = new FrameCache(run -> {
            framings[0]++;
            return Encoded.of("[" + run + "]");
        });
        List<Encoded> runs = List.of(Encoded.of("a"), Encoded.of("b"), Encoded.of("a"));
        for (int i = 0; i < 100; i++) {
            for (Encoded run : runs) {
                assertThat(cache.frame(run).toString()).isEqualTo("[" + run + "]");
            }
        }
        assertThat(framings[0]).isEqualTo(3);
    }
}
