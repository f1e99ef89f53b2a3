package dev.pharos.host.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
    private static final String CHUNKED = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final KnownHeads known = new KnownHeads();
    private final RequestReader reader = new RequestReader(Limits.DEFAULT, known);

    /** What a reader finds in pieces of input, in words; bodies are joined. */
    static List<String> read(RequestReader reader, String... pieces) throws MalformedException {
        List<String> found = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        ByteBuf in = Unpooled.buffer();
        for (String piece : pieces) {
            in.discardReadBytes().writeBytes(piece.getBytes(ISO_8859_1));
            RequestReader.Step step = RequestReader.Step.HEAD;
            while (in.isReadable() && step != RequestReader.Step.MORE) {
                step = reader.next(in);
                switch (step) {
                    case HEAD -> {
                        RequestHead head = reader.head();
                        found.add(head.method() + " " + head.target().path() + " "
                                + head.framing().length());
                    }
                    case PIECE -> body.append(ISO_8859_1.decode(reader.piece()));
                    case END, MORE -> {}
                }
                boolean ended =
                        step == RequestReader.Step.END || (step == RequestReader.Step.PIECE && reader.isBetween());
                if (ended) {
                    found.add("body " + body);
                    body.setLength(0);
                }
            }
        }
        return found;
    }

    @Test
    void findsRequestsOneBehindTheOther() throws Exception {
        assertThat(read(
                        reader,
                        GET + POST + "12345" + GET + CHUNKED + "3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\n\r\n"
                                + GET))
                .containsExactly(
                        "GET /a 0",
                        "POST /b 5",
                        "body 12345",
                        "GET /a 0",
                        "POST /c -1",
                        "body abc0123456789abcdef",
                        "GET /a 0");
        assertThat(reader.isBetween()).isTrue();
    }

    @Test
    void findsTheSameWhereverTheInputIsCut() throws Exception {
        String all = "\r\n" + POST + "12345\r\n" + CHUNKED + "A ; q=\"x\"\r\n0123456789\r\n000\r\nT: 1\r\nU:\r\n\r\n"
                + POST + "67890" + GET;
        List<String> whole = read(reader, all);
        assertThat(whole).hasSize(7);
        for (int i = 0; i <= all.length(); i++) {
            assertThat(read(reader, all.substring(0, i), all.substring(i)))
                    .as("cut at %d", i)
                    .isEqualTo(whole);
        }
        assertThat(read(new RequestReader(Limits.DEFAULT, new KnownHeads()), all.split("(?<=.)(?s)")))
                .isEqualTo(whole);
    }

    @Test
    void aHeadWithTheBytesOfAnEarlierOneIsTheSame() throws Exception {
        read(reader, POST + "12345");
        RequestHead first = reader.head();
        read(reader, GET);
        read(reader, POST + "12345");
        assertThat(reader.head()).isSameAs(first);
        read(reader, POST.replace("h", "i") + "12345");
        assertThat(reader.head()).isNotSameAs(first);
        assertThat(reader.head().header("Host")).isEqualTo("i");
    }

    @Test
    void onlyTheLastFewSmallHeadsThatAreServedAreKept() throws Exception {
        String large = GET.replace("/a", "/" + "a".repeat(1024));
        read(reader, large);
        RequestHead first = reader.head();
        read(reader, large);
        assertThat(reader.head()).isNotSameAs(first);

        read(reader, GET);
        RequestHead old = reader.head();
        for (int i = 0; i < 4; i++) {
            read(reader, GET.replace("/a", "/" + i));
        }
        read(reader, GET);
        assertThat(reader.head()).isNotSameAs(old);

        String refused = "GET / HTTP/1.1\r\n\r\n";
        read(reader, refused);
        assertThat(reader.head().refusal()).isNotNull();
        byte[] bytes = refused.getBytes(ISO_8859_1);
        assertThat(known.find(bytes, 0, bytes.length)).isNull();
    }

    @Test
    void aHeadAtItsLimitsPassesAndOneByteMoreDoesNot() throws Exception {
        Limits small = Limits.builder().requestLine(20).headers(30).build();
        String line = "GET /" + "x".repeat(6) + " HTTP/1.1";
        String field = "Host: " + "x".repeat(20);
        assertThat(read(new RequestReader(small, known), line + "\r\n" + field + "\r\n\r\n"))
                .hasSize(1);
        assertStatus(414, small, "GET /x" + "x".repeat(6) + " HTTP/1.1\r\n" + field + "\r\n\r\n");
        assertStatus(431, small, line + "\r\n" + field + "x\r\n\r\n");
    }

    @Test
    void aHeadThatGrowsBeyondItsLimitIsNotWaitedFor() {
        Limits small = Limits.builder().requestLine(20).headers(30).build();
        assertStatus(414, small, "GET /" + "x".repeat(30));
        assertStatus(431, small, "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(6));
        assertStatus(431, small, "GET / HTTP/1.1\r\na: " + "b".repeat(40));
    }

    private void assertStatus(int status, Limits limits, String input) {
        assertThatThrownBy(() -> read(new RequestReader(limits, known), input))
                .isInstanceOfSatisfying(
                        MalformedException.class,
                        e -> assertThat(e.answer().status()).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: h\n\n",
                "GET / HTTP/1.1\r\nHost: h\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\n\n",
                "\nx\n"
            })
    void lineFeedsAloneAreMalformed(String input) {
        assertStatus(400, Limits.DEFAULT, input);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                "+1\r\n",
                " 1\r\n",
                ";a\r\n",
                "1\n",
                "1\r\r\n",
                "1;\u0001\r\n",
                "1\r\nab\r\n",
                "1\r\na\n",
                "1\r\na\r\r",
                "1111111111111111\r\n",
                "0\r\n folded\r\n\r\n",
                "0\r\nno colon\r\n\r\n",
                "0\r\nA: b\n",
                "0\r\nA: \u0000\r\n\r\n",
                "0\r\n\rx"
            })
    void brokenChunksAreMalformed(String body) {
        assertStatus(400, Limits.DEFAULT, CHUNKED + body);
    }

    @Test
    void extensionsAndTrailersAreBounded() throws Exception {
        Limits small = Limits.builder().requestLine(60).headers(100).build();
        assertThat(read(new RequestReader(small, known), CHUNKED + "1;" + "x".repeat(60) + "\r\na\r\n0\r\n\r\n"))
                .hasSize(2);
        assertStatus(400, small, CHUNKED + "1;" + "x".repeat(61));
        assertStatus(400, small, CHUNKED + "0\r\n" + "a: bcdefg\r\n".repeat(20));
    }
}
