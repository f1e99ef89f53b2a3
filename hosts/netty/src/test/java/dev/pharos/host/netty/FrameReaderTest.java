package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.UploadMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FrameReaderTest {

    private static final int MASK = 0x1A2BC3D4;

    /** Notes what comes. */
    private static final class Notes implements FrameReader.Sink {
        final List<String> seen = new ArrayList<>();
        boolean wantsMore = true;
        boolean pauseAfterEach;

        private void note(String what) {
            seen.add(what);
            wantsMore = !pauseAfterEach;
        }

        @Override
        public boolean wantsMore() {
            return wantsMore;
        }

        @Override
        public void onText(String text) {
            note("text " + text);
        }

        @Override
        public void onBinary(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            note("binary "
                    + (copy.length > 64
                            ? copy.length + " bytes"
                            : HexFormat.of().formatHex(copy)));
        }

        @Override
        public void onPing(byte[] payload, int length) {
            note("ping " + new String(payload, 0, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onClose(int code, String reason) {
            note("close " + code + " " + reason);
        }

        @Override
        public void onBroken(int code, String sentence) {
            note("broken " + code);
        }
    }

    private final UploadMemory memory = new UploadMemory(64 << 20);

    private static ByteBuf frame(ByteBuf to, boolean last, int opcode, byte[] payload) {
        int start = to.writerIndex();
        WebSocketFrames.head(to, opcode, payload.length);
        to.setByte(start, (last ? 0x80 : 0) | opcode);
        to.setByte(start + 1, to.getByte(start + 1) | 0x80);
        to.writeInt(MASK);
        for (int i = 0; i < payload.length; i++) {
            to.writeByte(payload[i] ^ (MASK >>> (24 - 8 * (i & 3))));
        }
        return to;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuf conversation() {
        ByteBuf all = Unpooled.buffer();
        frame(all, true, WebSocketFrames.TEXT, utf8("grüße, 世界 🌍 and a longer tail of ASCII"));
        frame(all, false, WebSocketFrames.BINARY, new byte[] {1, 2, 3});
        frame(all, true, WebSocketFrames.PING, utf8("between"));
        frame(all, false, WebSocketFrames.CONTINUATION, new byte[0]);
        frame(all, true, WebSocketFrames.CONTINUATION, new byte[] {4, 5, 6, 7, 8, 9, 10, 11, 12});
        frame(all, true, WebSocketFrames.TEXT, new byte[0]);
        frame(all, true, WebSocketFrames.BINARY, new byte[300]);
        frame(all, true, WebSocketFrames.BINARY, new byte[70_000]);
        frame(all, true, WebSocketFrames.PONG, utf8("unasked"));
        frame(all, true, WebSocketFrames.CLOSE, new byte[] {0x03, (byte) 0xE8, 'b', 'y', 'e'});
        frame(all, true, WebSocketFrames.TEXT, utf8("never read"));
        return all;
    }

    private static final List<String> HEARD = List.of(
            "text grüße, 世界 🌍 and a longer tail of ASCII",
            "ping between",
            "binary 0102030405060708090a0b0c",
            "text ",
            "binary 300 bytes",
            "binary 70000 bytes",
            "close 1000 bye");

    @Test
    void readsTheSameHoweverTheBytesAreSplit() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Notes notes = new Notes();
            FrameReader reader = new FrameReader(notes, memory, 1 << 20, 100);
            ByteBuf all = conversation();
            int most = 1 + random.nextInt(round < 100 ? 5 : 2000);
            while (all.isReadable()) {
                reader.read(all.readSlice(Math.min(all.readableBytes(), 1 + random.nextInt(most))));
            }
            assertThat(notes.seen).as("seed %d, round %d", seed, round).isEqualTo(HEARD);
        }
    }

    @Test
    void stopsBetweenMessagesWhenNoMoreIsWanted() {
        Notes notes = new Notes();
        notes.pauseAfterEach = true;
        FrameReader reader = new FrameReader(notes, memory, 1 << 20, 100);
        ByteBuf all = conversation();
        for (int heard = 1; heard <= HEARD.size(); heard++) {
            notes.wantsMore = true;
            reader.read(all);
            assertThat(notes.seen).hasSize(heard);
        }
        assertThat(notes.seen).isEqualTo(HEARD);
    }

    @Test
    void failsWithinAFrameAtTheFirstByteThatIsNotUtf8() {
        Notes notes = new Notes();
        FrameReader reader = new FrameReader(notes, memory, 1 << 20, 100);
        ByteBuf all =
                frame(Unpooled.buffer(), true, WebSocketFrames.TEXT, new byte[] {'a', (byte) 0xED, (byte) 0xA0, 'b'});
        reader.read(all.readSlice(6 + 2));
        assertThat(notes.seen).isEmpty();
        reader.read(all.readSlice(1));
        assertThat(notes.seen).containsExactly("broken 1007");
    }

    @Test
    void refusesALengthAboveTheLimitBeforeAnyPayload() {
        Notes notes = new Notes();
        FrameReader reader = new FrameReader(notes, memory, 1000, 100);
        reader.read(frame(Unpooled.buffer(), true, WebSocketFrames.BINARY, new byte[1001])
                .readSlice(4));
        assertThat(notes.seen).containsExactly("broken 1009");
    }

    @Test
    void messagesUnderWayShareTheMemory() {
        UploadMemory little = new UploadMemory(100_000);
        Notes notes = new Notes();
        FrameReader first = new FrameReader(notes, little, 1 << 20, 100);
        FrameReader second = new FrameReader(notes, little, 1 << 20, 100);
        ByteBuf large = frame(Unpooled.buffer(), false, WebSocketFrames.BINARY, new byte[90_000]);
        first.read(large.duplicate());
        assertThat(little.held()).isBetween(80_000L, 90_000L);
        second.read(frame(Unpooled.buffer(), false, WebSocketFrames.BINARY, new byte[4_000]));
        second.read(frame(Unpooled.buffer(), true, WebSocketFrames.CONTINUATION, new byte[0]));
        assertThat(notes.seen).containsExactly("binary 4000 bytes");
        second.read(large.duplicate());
        assertThat(notes.seen).containsExactly("binary 4000 bytes", "broken 1013");
        first.read(frame(Unpooled.buffer(), true, WebSocketFrames.CONTINUATION, new byte[0]));
        assertThat(notes.seen).contains("binary 90000 bytes");
        assertThat(little.held()).isZero();
        first.read(large.duplicate());
        first.end();
        assertThat(little.held()).isZero();
    }

    @Test
    @Timeout(120)
    void sixteenMebibytesInManyFragmentsCostNoQuadraticCopying() {
        int fragments = 65_536;
        Notes notes = new Notes();
        FrameReader reader = new FrameReader(notes, memory, 16 << 20, fragments);
        ByteBuf one = Unpooled.buffer();
        byte[] payload = new byte[256];
        long start = System.nanoTime();
        for (int i = 0; i < fragments; i++) {
            int opcode = i == 0 ? WebSocketFrames.BINARY : WebSocketFrames.CONTINUATION;
            reader.read(frame(one.clear(), i == fragments - 1, opcode, payload));
        }
        assertThat(notes.seen).containsExactly("binary 16777216 bytes");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }
}
