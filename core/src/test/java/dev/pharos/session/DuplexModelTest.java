package dev.pharos.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.UploadMemory;
import dev.pharos.sse.SseParser;
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

/**
 * A duplex session whose streams break anywhere, also in the middle of an event, and come back on another loop: what is sent
 * arrives in order, each message once, or the peer is told that it cannot be so.
 */
class DuplexModelTest {

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final String ID = "01234567890123456789";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final SteppedLoop[] loops = {new SteppedLoop(), new SteppedLoop()};
    private final VirtualTime time = new VirtualTime();
    private final Sessions sessions =
            Sessions.builder().scheduler(time).random(random).build();
    private final DuplexStreams duplex = new DuplexStreams(
            sessions, SessionOptions.DEFAULT.withBufferBytes(4_000), 10_000, 1_000, new UploadMemory(100_000));
    private final RecordingListener listener = new RecordingListener();

    private @Nullable Wire wire;
    /** How much of what the wire carries the peer has looked at. */
    private int seen;

    private String lastId = "";
    private final List<String> arrived = new ArrayList<>();
    private @Nullable String close;
    private final SseParser parser = new SseParser(this::onEvent, 1 << 20, 1 << 20);
    private int sent;

    @RepeatedTest(200)
    void keepsOrderAndLosesNothing() {
        connect();
        settle();
        Session session = listener.session();
        int padding = random.nextInt(5) == 0 ? 3_000 : 0;
        for (int i = 0; i < 300 && close == null; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> loops[0].within(() -> send(session, padding));
                case 3 -> requireNonNull(wire).ready(random.nextBoolean());
                case 4 -> read(random.nextInt(400));
                case 5 -> {
                    if (random.nextInt(4) == 0) {
                        read(random.nextInt(400));
                        requireNonNull(wire).breakOff(); // what was not read is lost
                        connect();
                    }
                }
                case 6 -> time.pass(random.nextInt(300), this::settle);
                default -> loops[random.nextInt(2)].runOne();
            }
        }
        settle();
        requireNonNull(wire).ready(true);
        settle();
        read(Integer.MAX_VALUE);
        while (close == null && requireNonNull(wire).isOver()) {
            connect(); // an older connection was looked at behind a newer one and took its place
            settle();
            read(Integer.MAX_VALUE);
        }

        assertThat(arrived)
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, arrived.size())
                        .mapToObj(String::valueOf)
                        .toList());
        if (close == null) {
            assertThat(arrived).as("seed %d", seed).hasSize(sent);
        } else {
            assertThat(close).as("seed %d", seed).matches("1008 .*|404");
        }
        requireNonNull(wire).breakOff();
        settle();
        time.pass(60_000, this::settle);
        assertThat(listener.told.stream().filter(word -> word.startsWith("closed")))
                .as("seed %d", seed)
                .hasSize(1);
        assertThat(duplex.size()).isZero();
        assertThat(sessions.lane(loops[0]).isEmpty()).as("seed %d", seed).isTrue();
    }

    /** Others have sent some of these runs before, in another order, so that their shared frames have any numbers. */
    private void send(Session session, int padding) {
        List<Encoded> runs = new ArrayList<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            Encoded one = Encoded.of(sent++ + " ".repeat(padding));
            runs.add(random.nextBoolean() ? one : Encoded.join(List.of(one, Encoded.of(sent++ + " ".repeat(padding)))));
        }
        FrameCache shared = sessions.lane(loops[0]).frames(DuplexFraming.SHARED);
        for (int i = runs.size() - 1; i >= 0; i--) {
            if (random.nextBoolean()) {
                var unused = shared.frame(runs.get(i));
            }
        }
        runs.forEach(session::send);
    }

    /** The first comes in on one loop, others on any. */
    private void connect() {
        SteppedLoop loop = wire == null ? loops[0] : loops[random.nextInt(2)];
        Wire next = new Wire(loop);
        List<String> fields = lastId.isEmpty() ? List.of() : List.of("Last-Event-ID", lastId);
        FakeRequest request = new FakeRequest(loop, "GET", "/s", "session=" + ID, PEER, fields);
        loop.within(() -> duplex.get(request, next, Headers.NONE, handshake -> listener));
        wire = next;
        seen = 0;
        parser.restart(lastId);
    }

    private void settle() {
        boolean ran;
        do {
            ran = loops[0].runOne();
            ran |= loops[1].runOne();
        } while (ran);
    }

    /** The peer takes so many bytes more; an event of which a part is missing does not count. */
    private void read(int more) {
        if (requireNonNull(wire).status == 404) {
            close = "404";
        }
        byte[] all = requireNonNull(wire).bytes();
        int end = (int) Math.min(all.length, seen + (long) more);
        parser.feed(all, seen, end - seen);
        seen = end;
    }

    private void onEvent(String type, String data, String id) {
        lastId = id;
        if (type.equals("close")) {
            close = data;
        } else {
            arrived.add(data.strip());
        }
    }
}
