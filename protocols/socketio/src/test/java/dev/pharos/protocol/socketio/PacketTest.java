package dev.pharos.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.http.UploadMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketTest {

    private static final UploadMemory MEMORY = new UploadMemory(1 << 20);

    private static Packet read(String text, byte[]... attachments) {
        PacketReader reader = new PacketReader(MEMORY, 8, 1_000);
        Packet packet = reader.text(text);
        for (byte[] attachment : attachments) {
            assertThat(packet).isNull();
            packet = reader.attachment(attachment);
        }
        return Objects.requireNonNull(packet, "not whole");
    }

    private static Arguments arguments(Packet packet) {
        return Arguments.read(packet.json(), packet.attachments());
    }

    @Test
    void readsTheExamplesOfTheProtocol() {
        assertThat(read("0")).isEqualTo(new Packet(Packet.Type.CONNECT, "/", -1, "", List.of()));
        assertThat(read("0/admin,{\"sid\":\"x\"}"))
                .isEqualTo(new Packet(Packet.Type.CONNECT, "/admin", -1, "{\"sid\":\"x\"}", List.of()));
        assertThat(read("2[\"foo\"]")).isEqualTo(new Packet(Packet.Type.EVENT, "/", -1, "[\"foo\"]", List.of()));
        assertThat(read("212[\"foo\"]")).isEqualTo(new Packet(Packet.Type.EVENT, "/", 12, "[\"foo\"]", List.of()));
        assertThat(read("3/admin,13[\"bar\"]"))
                .isEqualTo(new Packet(Packet.Type.ACK, "/admin", 13, "[\"bar\"]", List.of()));
        assertThat(read("1/admin,")).isEqualTo(new Packet(Packet.Type.DISCONNECT, "/admin", -1, "", List.of()));
        assertThat(read("0/custom")).isEqualTo(new Packet(Packet.Type.CONNECT, "/custom", -1, "", List.of()));
    }

    @Test
    void putsAttachmentsInTheirPlaces() {
        Packet packet = read(
                "52-/admin,[\"baz\",{\"_placeholder\":true,\"num\":1},{\"a\":[{\"num\":0,\"_placeholder\":true}]}]",
                new byte[] {1, 2},
                new byte[] {3});
        Arguments arguments = arguments(packet).withoutName();
        assertThat(arguments.size()).isEqualTo(2);
        assertThat((byte[]) arguments.get(0)).containsExactly(3);
        List<?> list =
                (List<?>) Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(arguments.get(1))).get("a"));
        assertThat((byte[]) list.get(0)).containsExactly(1, 2);
        assertThat(arguments(read("60-[1]")).values()).isEqualTo(List.of(1));
    }

    @Test
    void refusesWhatIsNoPacket() {
        for (String bad : new String[] {
            "",
            "abc",
            "7[]",
            "5[\"a\"]",
            "5-[\"a\"]",
            "5999-[\"a\"]",
            "29999999999999999999[\"a\"]",
            "2/" + "n".repeat(300)
        }) {
            assertThatThrownBy(() -> new PacketReader(MEMORY, 8, 1_000).text(bad))
                    .as(bad)
                    .isInstanceOf(BadPacketException.class);
        }
        PacketReader waiting = new PacketReader(MEMORY, 8, 10);
        assertThatThrownBy(() -> waiting.attachment(new byte[1])).isInstanceOf(BadPacketException.class);
        assertThat(waiting.text("51-[\"a\",{\"_placeholder\":true,\"num\":0}]")).isNull();
        assertThatThrownBy(() -> waiting.text("2[\"b\"]")).isInstanceOf(BadPacketException.class);
        assertThatThrownBy(() -> waiting.attachment(new byte[11])).isInstanceOf(BadPacketException.class);
    }

    @Test
    void refusesPayloadsThatAreNoArguments() {
        for (String bad : new String[] {
            "",
            "{}",
            "[",
            "[1",
            "[1,]",
            "abc[\"x\"]",
            "[1]2",
            "[1][",
            "[\"\u0001\"]",
            "[" + "9".repeat(70) + "]",
            "[" + "[".repeat(100) + "]".repeat(100) + "]"
        }) {
            assertThatThrownBy(() -> Arguments.read(bad, List.of())).as(bad).isInstanceOf(BadPacketException.class);
        }
        for (String bad : new String[] {"-1", "1", "\"0\"", "0.5", "null", "9999999999"}) {
            assertThatThrownBy(
                            () -> Arguments.read("[{\"_placeholder\":true,\"num\":" + bad + "}]", List.of(new byte[1])))
                    .as(bad)
                    .isInstanceOf(BadPacketException.class);
        }
    }

    @Test
    void keepsTheTextOfEachArgument() {
        Arguments arguments = Arguments.read("[ \"e\" , {\"a\": [1, 2]} ,\t3.50, null ,\"x,]\" ]", List.of());
        assertThat(arguments.size()).isEqualTo(5);
        assertThat(arguments.json(0)).isEqualTo("\"e\"");
        assertThat(arguments.json(1)).isEqualTo("{\"a\": [1, 2]}");
        assertThat(arguments.json(2)).isEqualTo("3.50");
        assertThat(arguments.json(3)).isEqualTo("null");
        assertThat(arguments.withoutName().json(3)).isEqualTo("\"x,]\"");
        assertThat(arguments.values()).isEqualTo(Arrays.asList("e", Map.of("a", List.of(1, 2)), 3.5, null, "x,]"));
        assertThat(arguments.text(0)).isEqualTo("e");
        assertThat(arguments.text(2)).isNull();
        assertThat(arguments.get(9)).isNull();
        assertThat(Arguments.read("[]", List.of()).size()).isZero();
    }

    @Test
    void writesTheExamplesOfTheProtocol() {
        EncodedPacket event = EncodedPacket.of(Packet.Type.EVENT, "/admin", 12, List.of("baz", new byte[] {1}, 7));
        assertThat(event.text()).hasToString("51-/admin,12[\"baz\",{\"_placeholder\":true,\"num\":0},7]");
        assertThat(event.attachments()).singleElement().isEqualTo(new byte[] {1});
        assertThat(EncodedPacket.bare(Packet.Type.DISCONNECT, "/admin").text()).hasToString("1/admin,");
        assertThat(EncodedPacket.single(Packet.Type.CONNECT_ERROR, "/", Map.of("message", "Not authorized"))
                        .text())
                .hasToString("4{\"message\":\"Not authorized\"}");
        assertThat(EncodedPacket.of(Packet.Type.ACK, "/", 0, List.of()).text()).hasToString("30[]");
    }

    @Test
    void packetsThatWaitForAttachmentsShareTheMemory() {
        UploadMemory little = new UploadMemory(100_000);
        PacketReader first = new PacketReader(little, 8, 1_000_000);
        PacketReader second = new PacketReader(little, 8, 1_000_000);
        first.text("52-[\"a\"]");
        assertThat(first.attachment(new byte[90_000])).isNull();
        assertThat(little.held()).isBetween(80_000L, 90_000L);
        second.text("52-[\"b\"]");
        assertThat(second.attachment(new byte[4_000])).isNull();
        assertThat(second.attachment(new byte[4_000])).isNotNull();
        second.text("52-[\"c\"]");
        assertThatThrownBy(() -> second.attachment(new byte[90_000]))
                .isInstanceOf(PacketReader.NoMemoryException.class);
        assertThat(first.attachment(new byte[1])).isNotNull();
        assertThat(little.held()).isZero();
        first.text("52-[\"" + "x".repeat(50_000) + "\"]");
        assertThat(little.held()).isPositive();
        first.end();
        assertThat(little.held()).isZero();
    }

    @Test
    void saysWhatIsWrongWithJsonInItsOwnWords() {
        for (String bad : new String[] {"[\"x\"", "[".repeat(70)}) {
            assertThatThrownBy(() -> Arguments.read(bad, List.of()))
                    .isInstanceOf(BadPacketException.class)
                    .message()
                    .startsWith("malformed JSON: ")
                    .doesNotContain("Source", "StreamRead");
        }
    }

    @Test
    void aLoneSurrogateGoesThroughAsAnEscape() {
        EncodedPacket packet = EncodedPacket.of(Packet.Type.EVENT, "/", -1, List.of("e", "a\uD800\"b", "😀"));
        assertThat(packet.text()).hasToString("2[\"e\",\"a\\ud800\\u0022b\",\"😀\"]");
        assertThat(arguments(read(packet.text().toString())).text(1)).isEqualTo("a\uD800\"b");
    }

    @Test
    void refusesToSendWhatIsNoValue() {
        assertThatThrownBy(() -> EncodedPacket.of(Packet.Type.EVENT, "/", -1, List.of("e", new Object())))
                .isInstanceOf(IllegalArgumentException.class);
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatThrownBy(() -> EncodedPacket.of(Packet.Type.EVENT, "/", -1, endless))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsBackWhatItWrites() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<Object> values = new ArrayList<>(List.of("event"));
            for (int i = random.nextInt(4); i > 0; i--) {
                values.add(value(random, 3));
            }
            EncodedPacket written = EncodedPacket.of(
                    Packet.Type.EVENT, random.nextBoolean() ? "/" : "/n", random.nextInt(5) - 1L, values);
            if (written.attachments().size() > 8) {
                continue;
            }
            Packet packet =
                    read(written.text().toString(), written.attachments().toArray(byte[][]::new));
            EncodedPacket again = EncodedPacket.of(
                    Packet.Type.EVENT,
                    packet.namespace(),
                    packet.id(),
                    arguments(packet).values());
            assertThat(again.text()).hasToString(written.text().toString());
            assertThat(again.attachments()).usingRecursiveComparison().isEqualTo(written.attachments());
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong();
            case 2 -> random.nextDouble();
            case 3 -> random.nextBoolean();
            case 4 -> "t" + (char) random.nextInt(0x10000);
            case 5 -> new byte[] {(byte) random.nextInt()};
            case 6 -> List.of(value(random, depth - 1), value(random, depth - 1));
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                map.put("k" + random.nextInt(9), value(random, depth - 1));
                map.put("_", value(random, depth - 1));
                yield map;
            }
        };
    }

    @Test
    void noiseIsReadOrRefused() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] tokens = {
            "0",
            "2",
            "5",
            "6",
            "-",
            "/",
            ",",
            "[",
            "]",
            "{",
            "}",
            "\"",
            ":",
            "\"_placeholder\":true",
            "\"num\":0",
            "null",
            "1e999",
            "-",
            "\\u",
            "\uD800",
            " ",
            "[\"e\"",
            "99999999999999999999",
            "true"
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i > 0; i--) {
                text.append(tokens[random.nextInt(tokens.length)]);
            }
            PacketReader reader = new PacketReader(MEMORY, 8, 1_000);
            try {
                Packet packet = reader.text(text.toString());
                for (int i = 0; packet == null; i++) {
                    packet = reader.attachment(new byte[i]);
                }
                arguments(packet).values();
            } catch (BadPacketException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void aPacketOfManyValuesIsRefused() {
        String bomb = "[" + "[],".repeat(Json.MOST_VALUES) + "1]";
        assertThatThrownBy(() -> Arguments.read(bomb, List.of())).isInstanceOf(BadPacketException.class);
    }
}
