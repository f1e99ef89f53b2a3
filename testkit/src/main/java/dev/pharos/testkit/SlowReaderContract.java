package dev.pharos.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.http.ResponseStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a {@link ResponseStream} when the peer reads slowly, or not at all. */
abstract class SlowReaderContract extends HostChecks {

    private static final int RUN = 16 * 1024;
    /** More than the kernel's buffers and the host's bound take together. */
    private static final int FLOOD = 64 << 20;
    /** What the kernel may take for one connection on loopback, and the host's own bound. */
    private static final int TAKEN_AT_MOST = 16 << 20;

    SlowReaderContract(HostContract contract) {
        super(contract);
    }

    @Test
    void aStreamIsNotReadyOnceItsReaderLags() throws Exception {
        serveStreams();
        RawHttp client = connectSlowReader().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        stream.feed(numbered(FLOOD));
        awaitStill(List.of(stream));

        assertThat(stream.written()).isLessThan(TAKEN_AT_MOST);
        assertThat(stream.closed()).isFalse();
    }

    @Test
    void allBytesArriveInOrderWhenALaggingReaderReads() throws Exception {
        serveStreams();
        RawHttp client = connectSlowReader().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        stream.feed(numbered(FLOOD));
        awaitStill(List.of(stream));

        assertNumbered(client, FLOOD);
        assertThat(stream.readies()).isPositive();
        stream.close();
        assertThat(client.readChunk()).isNull();
    }

    @Test
    void oneRunAboveTheBoundIsTakenWhole() throws Exception {
        serveStreams();
        RawHttp client = connectSlowReader().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        byte[] big = new byte[24 << 20];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) (i ^ (i >> 8) ^ (i >> 16));
        }
        stream.write(Encoded.of(big));
        assertThat(stream.ready()).isFalse();

        assertThat(client.readChunks(big.length)).isEqualTo(big);
        await("ready again").until(() -> stream.readies() == 1);
        stream.write("after");
        assertThat(client.readChunksLike("after")).isEqualTo("after");
    }

    @Test
    void aCloseWaitsForWhatWasWritten() throws Exception {
        serveStreams();
        RawHttp client = connectSlowReader().get("/");
        RawHttp.Head head = client.readHead();
        StreamProbe stream = nextStream();
        byte[] big = new byte[24 << 20];
        Arrays.fill(big, (byte) 'x');
        stream.write(Encoded.of(big)).close();

        assertThat(client.readBody(head)).isEqualTo(big);
        await("onClose").until(stream::closed);
        assertThat(client.get("/").readHead().status()).isEqualTo(200);
    }

    @Test
    void aLaggingReaderDoesNotDisturbOthers() throws Exception {
        serveStreams();
        for (int i = 0; i < 20; i++) {
            connectSlowReader().get("/").readHead();
            StreamProbe stream = nextStream();
            stream.feed(numbered(FLOOD));
            await("not ready").until(stream::sawUnready);
        }
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        for (int i = 0; i < 50; i++) {
            stream.write("data: x\n\n");
            assertThat(client.readChunksLike("data: x\n\n")).isEqualTo("data: x\n\n");
        }
    }

    @Test
    void laggingReadersHoldLittleMemory() throws Exception {
        int readers = 30;
        serveStreams();
        List<StreamProbe> streams = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            connectSlowReader().get("/").readHead();
            streams.add(nextStream());
        }
        long before = liveHeap();
        for (StreamProbe stream : streams) {
            stream.feed(numbered(FLOOD));
        }
        awaitStill(streams);

        assertThat((liveHeap() - before) / readers)
                .as("bytes of heap a lagging reader")
                .isLessThan(256 * 1024);
    }

    @Test
    void aReaderThatTakesNothingIsEnded() throws Exception {
        needs(Capability.WRITE_DEADLINE);
        serveStreams(Settings.DEFAULT.withWriteDeadline(Duration.ofMillis(500)));
        connectSlowReader().get("/").readHead();
        StreamProbe stream = nextStream();
        stream.feed(numbered(FLOOD));

        await("onClose").until(stream::closed);
        assertThat(stream.sawUnready()).isTrue();
    }

    @Test
    void aCloseDoesNotWaitLongerThanTheDeadline() throws Exception {
        needs(Capability.WRITE_DEADLINE);
        serveStreams(Settings.DEFAULT.withWriteDeadline(Duration.ofMillis(500)));
        connectSlowReader().get("/").readHead();
        StreamProbe stream = nextStream();
        stream.write(Encoded.of(new byte[24 << 20])).close();

        await("onClose").until(stream::closed);
    }

    @Test
    void theDeadlineEndsNeitherASilentNorASlowStream() throws Exception {
        needs(Capability.WRITE_DEADLINE);
        serveStreams(Settings.DEFAULT.withWriteDeadline(Duration.ofSeconds(2)));
        RawHttp silent = connect().get("/");
        silent.readHead();
        StreamProbe silentStream = nextStream();
        RawHttp slow = connectSlowReader().get("/");
        slow.readHead();
        StreamProbe slowStream = nextStream();
        slowStream.feed(numbered(FLOOD));
        await("not ready").until(slowStream::sawUnready);
        // A bounded read every 100 ms: always something is taken within the deadline, never all.
        for (int i = 0; i < 30; i++) {
            slow.readBytes(512 * 1024);
            assertThat(silent.silentFor(Duration.ofMillis(100))).isTrue();
            assertThat(slowStream.closed()).isFalse();
        }

        silentStream.write("still here");
        assertThat(silent.readChunksLike("still here")).isEqualTo("still here");
    }

    /** Runs that all have their own number, so many bytes in all. */
    private static Supplier<@Nullable Encoded> numbered(int total) {
        return new Supplier<>() {
            private int next;

            @Override
            public @Nullable Encoded get() {
                return next < total / RUN ? Encoded.of(run(next++)) : null;
            }
        };
    }

    private static byte[] run(int number) {
        byte[] run = new byte[RUN];
        Arrays.fill(run, (byte) number);
        byte[] digits = "%08d\n".formatted(number).getBytes(US_ASCII);
        System.arraycopy(digits, 0, run, 0, digits.length);
        return run;
    }

    private static void assertNumbered(RawHttp client, int total) throws IOException {
        byte[] held = new byte[0];
        for (int number = 0; number < total / RUN; number++) {
            while (held.length < RUN) {
                byte[] more = client.readChunks(1);
                int length = held.length;
                held = Arrays.copyOf(held, length + more.length);
                System.arraycopy(more, 0, held, length, more.length);
            }
            assertThat(Arrays.equals(held, 0, RUN, run(number), 0, RUN))
                    .as("run %d arrives whole and in its place", number)
                    .isTrue();
            held = Arrays.copyOfRange(held, RUN, held.length);
        }
        assertThat(held).isEmpty();
    }

    /** Waits until the kernel has taken all it takes: nothing more is written, and nothing is welcome. */
    private void awaitStill(List<StreamProbe> streams) {
        await("not ready").until(() -> streams.stream().allMatch(StreamProbe::sawUnready));
        awaitStill(
                "what was written",
                () -> streams.stream().mapToLong(StreamProbe::written).sum());
        assertThat(streams).noneMatch(StreamProbe::ready);
    }
}
