package dev.pharos.host.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes, and however it is cut: the same requests, or the same refusal at the same place. */
class RequestReaderFuzzTest {

    private static final Limits LIMITS =
            Limits.builder().requestLine(80).headers(120).build();
    private static final String[] WORDS = {
        "GET",
        "POST",
        " ",
        "/",
        "/events",
        "?a=b",
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n",
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\n",
        "Host: h\r\n",
        "Content-Length: ",
        "3\r\n",
        "3",
        "0\r\n\r\n",
        "abc",
        "Transfer-Encoding: chunked\r\n",
        "chunked",
        "5\r\nhello\r\n",
        ";x",
        ":",
        ",",
        "Connection: close\r\n",
        "Expect: 100-continue\r\n",
        "\t",
        "\u0000",
        "\u00ff",
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    };

    @FuzzTest(maxDuration = "1m")
    void cutsChangeNothing(byte[] input) {
        check(input, new Random(input.length));
    }

    @Test
    void cutsOfRandomInputsChangeNothing() {
        long seed = System.nanoTime();
        System.out.println("seed of the requests: " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            ByteArrayOutputStream input = new ByteArrayOutputStream();
            for (int words = random.nextInt(20); words > 0; words--) {
                input.writeBytes(WORDS[random.nextInt(WORDS.length)].getBytes(ISO_8859_1));
            }
            check(input.toByteArray(), random);
        }
    }

    private static void check(byte[] input, Random random) {
        KnownHeads warm = new KnownHeads();
        String whole = run(input, warm, Integer.MAX_VALUE, random);
        assertThat(run(input, warm, 1 + random.nextInt(8), random)).isEqualTo(whole);
        assertThat(run(input, new KnownHeads(), 1, random)).isEqualTo(whole);
    }

    /** What was found, in words: bodies byte by byte, so that the size of pieces does not show. */
    private static String run(byte[] input, KnownHeads known, int most, Random random) {
        RequestReader reader = new RequestReader(LIMITS, known);
        StringBuilder found = new StringBuilder();
        ByteBuf in = Unpooled.buffer();
        int at = 0;
        try {
            while (at < input.length) {
                int length = most == Integer.MAX_VALUE ? input.length : 1 + random.nextInt(most);
                length = Math.min(length, input.length - at);
                in.discardReadBytes().writeBytes(input, at, length);
                at += length;
                while (in.isReadable() && step(reader, in, found)) {
                    assertThat(in.readableBytes()).isLessThanOrEqualTo(input.length);
                }
            }
            return found.append(reader.isBetween() ? " between" : " within").toString();
        } catch (MalformedException malformed) {
            return found.append(malformed.answer().status()).toString();
        }
    }

    private static boolean step(RequestReader reader, ByteBuf in, StringBuilder found) throws MalformedException {
        int before = in.readableBytes();
        RequestReader.Step step = reader.next(in);
        switch (step) {
            case HEAD -> {
                RequestHead head = reader.head();
                found.append('<').append(new String(head.bytes(), ISO_8859_1)).append('>');
                found.append(head.refusal() == null ? "" : head.refusal().status());
                if (head.refusal() != null) {
                    throw MalformedException.head("the connection ends with it");
                }
            }
            case PIECE -> {
                assertThat(reader.piece().remaining()).isPositive();
                found.append(ISO_8859_1.decode(reader.piece()));
            }
            case END -> found.append("|");
            case MORE -> {}
        }
        assertThat(step == RequestReader.Step.MORE || in.readableBytes() < before)
                .as("each step takes something")
                .isTrue();
        return step != RequestReader.Step.MORE;
    }
}
