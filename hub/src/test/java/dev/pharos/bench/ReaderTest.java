package dev.pharos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReaderTest {

    private static final int SIZE = 40;

    private final Histogram micros = new Histogram(Readers.LONGEST_MICROS, 3);

    @Test
    void findsEveryStampHoweverTheBytesAreCut() throws Exception {
        byte[] stream = stream(0, 2, 4, 6, 8);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            try (SocketChannel channel = SocketChannel.open()) {
                Reader reader = new Reader(channel, 0, 2, new byte[0]);
                feed(reader, stream, random);
                assertThat(reader.delivered())
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(5);
                assertThat(reader.repeated()).isZero();
            }
        }
    }

    @Test
    void tellsWhatCameTwiceAndWhatDoesNotCount() throws Exception {
        try (SocketChannel channel = SocketChannel.open()) {
            Reader reader = new Reader(channel, 1, 2, new byte[0]);
            feed(reader, stream(1, 3, 3, 1, Stamp.UNCOUNTED, 7), new Random(1));
            assertThat(reader.delivered()).isEqualTo(3);
            assertThat(reader.repeated()).isEqualTo(2);
            assertThat(micros.getTotalCount()).isEqualTo(3);
            assertThat(micros.getMaxValue()).isEqualTo(5);
        }
    }

    @Test
    void sharesMessagesAmongTopicsInTurn() {
        Plan plan = new Plan(new java.net.InetSocketAddress(0), "/events", 10, 3, SIZE);
        assertThat(plan.share(0, 7)).isEqualTo(3);
        assertThat(plan.share(1, 7)).isEqualTo(2);
        assertThat(plan.share(2, 7)).isEqualTo(2);
        assertThat(plan.share(2, 2)).isZero();
        assertThat(plan.share(0, 0)).isZero();
    }

    private void feed(Reader reader, byte[] stream, Random random) {
        byte[] bytes = new byte[stream.length + Stamp.LENGTH];
        for (int at = 0; at < stream.length; ) {
            int kept = reader.restore(bytes);
            int length = Math.min(stream.length - at, 1 + random.nextInt(60));
            System.arraycopy(stream, at, bytes, kept, length);
            reader.scan(bytes, kept + length, 6_000, SIZE, micros);
            at += length;
        }
    }

    private static byte[] stream(int... sequences) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int sequence : sequences) {
            byte[] stamp = new byte[Stamp.LENGTH];
            Stamp.write(stamp, 0, 1_000, sequence);
            out.writeBytes("3f\r\nid: pos:a@b.1\ndata: ".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(stamp);
            out.writeBytes("x".repeat(SIZE - Stamp.LENGTH).getBytes(StandardCharsets.US_ASCII));
            out.writeBytes("\n\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }
}
