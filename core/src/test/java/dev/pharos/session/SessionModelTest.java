package dev.pharos.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.stepped.SteppedLoop;
import dev.pharos.stepped.VirtualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/** Whatever comes and goes, what is sent arrives in order, each message once, or the session ends; and nothing stays behind. */
class SessionModelTest {

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final SteppedLoop loop = new SteppedLoop();
    private final VirtualTime time = new VirtualTime();
    private final Sessions sessions =
            Sessions.builder().scheduler(time).random(random).build();
    private final SessionTable<ProtocolSession> table = sessions.table();
    private final RecordingListener listener = new RecordingListener();
    private final List<String> arrived = new ArrayList<>();
    private final List<Poll> polls = new ArrayList<>();
    private final List<StreamReceiver> streams = new ArrayList<>();
    private int sent;

    @RepeatedTest(200)
    void keepsOrderAndLosesNothing() {
        SessionOptions options = SessionOptions.DEFAULT
                .withBufferBytes(1 + random.nextInt(400))
                .withEchoMillis(random.nextBoolean() ? 0 : 2_000);
        ProtocolSession session = requireNonNull(table.add(
                "id",
                () -> new ProtocolSession(
                        sessions, "id", loop, FakeRequest.handshake("/", null, PEER), options, listener)));
        loop.within(session::open);
        for (int i = 0; i < 300 && session.isOpen(); i++) {
            step(session);
        }
        boolean overflown = !session.isOpen();
        finish(session);

        assertThat(arrived)
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, arrived.size())
                        .mapToObj(String::valueOf)
                        .toList());
        if (!overflown) {
            assertThat(arrived).as("seed %d", seed).hasSize(sent);
        }
        assertThat(listener.told.stream().filter(word -> word.startsWith("closed")))
                .as("seed %d", seed)
                .containsExactly(overflown ? "closed OVERFLOW" : "closed SERVER");
        assertThat(listener.told.getLast()).startsWith("closed");
        assertThat(table.size()).isZero();
        assertThat(sessions.size()).isZero();
        assertThat(sessions.lane(loop).isEmpty()).as("seed %d", seed).isTrue();
    }

    private void step(ProtocolSession session) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> loop.within(() -> send(session));
            case 3, 4 ->
                loop.within(() -> {
                    Poll poll = new Poll(session, 1 + random.nextInt(60));
                    if (session.attach(poll)) {
                        polls.add(poll);
                    }
                });
            case 5 ->
                loop.within(() -> {
                    if (session.receiver() instanceof Poll poll) {
                        poll.abort();
                    }
                });
            case 6 ->
                loop.within(() -> {
                    StreamReceiver stream = new StreamReceiver(session);
                    if (session.attach(stream)) {
                        streams.add(stream);
                    }
                });
            case 7 ->
                loop.within(() -> {
                    if (session.receiver() instanceof StreamReceiver stream) {
                        session.detach(stream);
                    }
                });
            case 8 ->
                loop.within(() -> {
                    if (session.receiver() instanceof StreamReceiver stream) {
                        stream.ready(random.nextBoolean());
                    }
                });
            default -> {
                if (random.nextBoolean()) {
                    loop.runOne();
                } else {
                    time.pass(random.nextInt(500), loop::runAll);
                }
            }
        }
        collect();
    }

    private void send(ProtocolSession session) {
        List<Encoded> run = new ArrayList<>();
        for (int n = 1 + random.nextInt(4); n > 0 && session.isOpen(); n--) {
            run.add(Encoded.of(Integer.toString(sent++)));
        }
        session.send(Encoded.join(run));
    }

    /** In the order in which they were attached, what they were given; a poll is read when it was answered. */
    private void collect() {
        for (Poll poll : List.copyOf(polls)) {
            List<String> answer = poll.answer;
            if (answer != null) {
                take(answer);
                polls.remove(poll);
            }
        }
        for (StreamReceiver stream : streams) {
            take(stream.take());
        }
    }

    private void take(List<String> words) {
        for (String word : words) {
            if (!word.equals("heartbeat") && !word.startsWith("close")) {
                arrived.add(word);
            }
        }
    }

    /** Lets the session end from the server's side, with a receiver for what waits. */
    private void finish(ProtocolSession session) {
        loop.runAll();
        collect();
        loop.within(() -> session.close(3000, "the end"));
        for (int i = 0; i < 3; i++) {
            loop.within(() -> {
                @Nullable Receiver attached = session.receiver();
                if (attached == null) {
                    Poll poll = new Poll(session, Integer.MAX_VALUE);
                    if (session.attach(poll)) {
                        polls.add(poll);
                    }
                }
            });
            loop.runAll();
            collect();
        }
        time.pass(60_000, loop::runAll);
        collect();
    }
}
