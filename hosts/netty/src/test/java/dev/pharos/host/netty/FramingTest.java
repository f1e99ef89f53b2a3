package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {

    private static ByteBuf framed(Framing framing, Encoded run) {
        ByteBuf to = Unpooled.buffer(framing.bound(run), framing.bound(run));
        framing.write(run, to);
        return to;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 15, 16, 17, 255, 256, 4095, 4096, 65_535, 65_536, 1 << 20})
    void aRunIsOneChunk(int length) {
        String bytes = "x".repeat(length);
        assertThat(framed(Framing.CHUNK, Encoded.of(bytes)).toString(StandardCharsets.US_ASCII))
                .isEqualTo(Integer.toHexString(length) + "\r\n" + bytes + "\r\n");
    }

    @Test
    void aPartIsOneFrame() {
        Encoded run = Encoded.join(
                List.of(Encoded.of("a"), Encoded.of(""), Encoded.of("b".repeat(126)), Encoded.of("c".repeat(65_536))));
        ByteBuf frames = framed(Framing.TEXT, run);
        assertThat(frames.readUnsignedShort()).isEqualTo(0x8101);
        assertThat(frames.readByte()).isEqualTo((byte) 'a');
        assertThat(frames.readUnsignedShort()).isEqualTo(0x8100);
        assertThat(frames.readUnsignedShort()).isEqualTo(0x817E);
        assertThat(frames.readUnsignedShort()).isEqualTo(126);
        assertThat(frames.readSlice(126).toString(StandardCharsets.US_ASCII)).isEqualTo("b".repeat(126));
        assertThat(frames.readUnsignedShort()).isEqualTo(0x817F);
        assertThat(frames.readLong()).isEqualTo(65_536);
        assertThat(frames.readableBytes()).isEqualTo(65_536);
    }

    @Test
    void anOldClientGetsTheBytesAsTheyAre() {
        assertThat(framed(Framing.BARE, Encoded.of("data: a\n\n")).toString(StandardCharsets.US_ASCII))
                .isEqualTo("data: a\n\n");
    }

    @Test
    void aRunIsFramedOnceForAllConnections() {
        Frame frame = new Frame(Framing.CHUNK, false);
        Encoded run = Encoded.of("abc");
        assertThat(frame.hold(run)).isTrue();
        assertThat(frame.length()).isEqualTo(8);
        frame.memory().setByte(0, '!');
        assertThat(frame.hold(run)).isTrue();
        assertThat(frame.memory().getByte(0)).as("not framed again").isEqualTo((byte) '!');
        assertThat(frame.hold(Encoded.of("abc"))).isTrue();
        assertThat(frame.memory().getByte(0)).as("another run").isEqualTo((byte) '3');
        assertThat(frame.hold(Encoded.of("x".repeat(1 << 20)))).as("too large").isFalse();
        frame.release();
    }

    @Test
    void aCloseReasonIsCutAtACharacter() {
        ByteBuf frame = Unpooled.buffer();
        WebSocketFrames.close(frame, 1000, "é".repeat(100));
        assertThat(frame.readUnsignedByte()).isEqualTo((short) 0x88);
        int length = frame.readUnsignedByte();
        assertThat(frame.readUnsignedShort()).isEqualTo(1000);
        assertThat(frame.readSlice(length - 2).toString(StandardCharsets.UTF_8)).isEqualTo("é".repeat(61));
        assertThat(frame.isReadable()).isFalse();
    }
}
