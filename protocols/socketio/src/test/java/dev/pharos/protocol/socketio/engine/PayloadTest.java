package dev.pharos.protocol.socketio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.http.Encoded;
import dev.pharos.session.FrameCache;
import dev.pharos.session.Outgoing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadTest {

    private final FrameCache texts = new FrameCache(PayloadWriter.TEXTS);

    private static List<EnginePacket> read(byte[] body) {
        List<EnginePacket> packets = new ArrayList<>();
        PayloadReader reader = new PayloadReader(body);
        for (EnginePacket packet = reader.next(); packet != null; packet = reader.next()) {
            packets.add(packet);
        }
        return packets;
    }

    private static List<EnginePacket> read(String body) {
        return read(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsPacketsBetweenSeparators() {
        List<EnginePacket> packets = read("4hello\u001E2\u001Ebaw==\u001E4€");
        assertThat(packets).hasSize(4);
        assertThat(packets.get(0)).isEqualTo(new EnginePacket.Text(EnginePacket.Type.MESSAGE, "hello"));
        assertThat(packets.get(1)).isEqualTo(new EnginePacket.Text(EnginePacket.Type.PING, ""));
        assertThat(((EnginePacket.Binary) packets.get(2)).data()).containsExactly('k');
        assertThat(packets.get(3)).isEqualTo(new EnginePacket.Text(EnginePacket.Type.MESSAGE, "€"));
    }

    @Test
    void refusesWhatIsNoPacket() {
        for (String bad : new String[] {"", "abc", "7", "4a\u001E", "\u001E4a", "b***", "4a\u001E\u001E4b", "-1"}) {
            assertThatThrownBy(() -> read(bad)).as(bad).isInstanceOf(MalformedPacketException.class);
        }
        assertThatThrownBy(() -> read(new byte[] {'4', (byte) 0xFF})).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void writesMessagesBytesAndControlPackets() {
        Encoded two = Encoded.join(List.of(Encoded.of("a"), Encoded.of("é")));
        byte[] payload = PayloadWriter.payload(
                List.of(new Outgoing.Text(two), new Outgoing.Binary(new byte[] {1, 2, 3, 4})), "2", texts);
        assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo("4a\u001E4é\u001EbAQIDBA==\u001E2");
        assertThat(PayloadWriter.payload(List.of(), "6", texts)).containsExactly('6');
    }

    @Test
    void writesARunOnceForAllPolls() {
        List<Outgoing> run = List.of(new Outgoing.Text(Encoded.join(List.of(Encoded.of("a"), Encoded.of("b")))));
        byte[] payload = PayloadWriter.payload(run, "", texts);
        assertThat(payload).asString(StandardCharsets.UTF_8).isEqualTo("4a\u001E4b");
        assertThat(PayloadWriter.payload(run, "", texts)).isSameAs(payload);
    }

    @Test
    void readsBackWhatItWrites() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Outgoing> messages = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                messages.add(random.nextBoolean() ? new Outgoing.Binary(bytes) : text(bytes));
            }
            List<EnginePacket> packets = read(PayloadWriter.payload(messages, "", texts));
            assertThat(packets).hasSameSizeAs(messages);
            for (int i = 0; i < packets.size(); i++) {
                switch (packets.get(i)) {
                    case EnginePacket.Binary binary ->
                        assertThat(binary.data()).isEqualTo(((Outgoing.Binary) messages.get(i)).message());
                    case EnginePacket.Text text ->
                        assertThat(text.data())
                                .isEqualTo(((Outgoing.Text) messages.get(i))
                                        .messages()
                                        .toString());
                }
            }
        }
    }

    /** Text of these bytes without the separator, which messages must not have. */
    private static Outgoing text(byte[] bytes) {
        return new Outgoing.Text(
                Encoded.of(new String(bytes, StandardCharsets.ISO_8859_1).replace(PayloadReader.SEPARATOR, '?')));
    }

    @Test
    void noiseIsReadOrRefused() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] alphabet = "0123456789b\u001E\u001E4===Aa+/€".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] body = new byte[random.nextInt(24)];
            for (int i = 0; i < body.length; i++) {
                body[i] = random.nextInt(20) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            try {
                read(body);
            } catch (MalformedPacketException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
