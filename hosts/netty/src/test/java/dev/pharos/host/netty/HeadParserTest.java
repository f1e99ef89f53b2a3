package dev.pharos.host.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadParserTest {

    private static RequestHead parse(String head) throws MalformedException {
        return HeadParser.parse(head.getBytes(ISO_8859_1));
    }

    @Test
    void findsEverythingInAHead() throws Exception {
        String lines = "POST /a%20b?c=d HTTP/1.1~Host: h~X-One: \t1 2\t ~x-one:3~Empty:~Content-Length: 12~~";
        RequestHead head = parse(lines.replace("~", "\r\n"));

        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.target()).isEqualTo(new RequestTarget("/a%20b", "c=d"));
        assertThat(head.header("X-ONE")).isEqualTo("1 2");
        assertThat(head.headers("X-One")).containsExactly("1 2", "3");
        assertThat(head.headers("host")).containsExactly("h");
        assertThat(head.header("Empty")).isEmpty();
        assertThat(head.header("Missing")).isNull();
        assertThat(head.headers("Missing")).isEmpty();
        assertThat(head.framing()).isEqualTo(new RequestHead.Framing(12, false));
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.isHttp10()).isFalse();
        assertThat(head.refusal()).isNull();
    }

    @Test
    void keepsBytesThatAreNotAscii() throws Exception {
        RequestHead head = parse("GET /\u00e4 HTTP/1.1\r\nHost: h\r\nX: \u00ff\r\n\r\n");

        assertThat(head.target().path()).isEqualTo("/\u00e4");
        assertThat(head.header("X")).isEqualTo("\u00ff");
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, close, false",
        "1.1, 'x, Close', false",
        "1.1, keep-alive, true",
        "1.1, closed, true",
        "1.0, keep-alive, true",
        "1.0, x, false",
        "1.0, 'keep-alive, close', false"
    })
    void knowsWhetherTheConnectionGoesOn(String version, String options, boolean goesOn) throws Exception {
        RequestHead head = parse("GET / HTTP/" + version + "\r\nHost: h\r\nConnection: " + options + "\r\n\r\n");

        assertThat(head.keepAlive()).isEqualTo(goesOn);
        assertThat(head.isHttp10()).isEqualTo(version.equals("1.0"));
    }

    @Test
    void chunksAndContinueAreFraming() throws Exception {
        String fields = " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n";

        assertThat(parse("PUT /" + fields).framing()).isEqualTo(new RequestHead.Framing(-1, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "GET\r\n",
                "GET /\r\n",
                "GET  / HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "GET / x HTTP/1.1\r\n",
                "GET\t/ HTTP/1.1\r\n",
                "GET / HTTP/1.1 \r\n",
                "GET / http/1.1\r\n",
                "GET / HTTP/11\r\n",
                "GET / HTTP/1.x\r\n",
                "GET / HTTP/1.1\rx\r\n",
                "GET /\r HTTP/1.1\r\n",
                "GET /\u0001 HTTP/1.1\r\n",
                "GE(T / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n",
                "GET / HTTP/1.1\r\n: no name\r\n",
                "GET / HTTP/1.1\r\nA : b\r\n",
                "GET / HTTP/1.1\r\n A: b\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n c\r\n",
                "GET / HTTP/1.1\r\nA: b\rc\r\n",
                "GET / HTTP/1.1\r\n\rA: b\r\n",
                "GET / HTTP/1.1\r\nA: b\u0000\r\n",
                "GET / HTTP/1.1\r\nA\u00e4: b\r\n",
                "GET / HTTP/1.1\r\nContent-Length:\r\n",
                "GET / HTTP/1.1\r\nContent-Length: -1\r\n",
                "GET / HTTP/1.1\r\nContent-Length: +1\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 0x1\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n"
            })
    void whatIsNoHeadIsMalformed(String lines) {
        assertThatThrownBy(() -> parse(lines + "\r\n"))
                .isInstanceOfSatisfying(
                        MalformedException.class,
                        e -> assertThat(e.answer().status()).isEqualTo(400))
                .hasMessageContaining("malformed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/2.0 | Host: a | 505 | HTTP/2.0",
                "GET / HTTP/0.9 | Host: a | 505 | HTTP/0.9",
                "GET / HTTP/1.1 | A: b | 400 | 0 Host fields",
                "GET / HTTP/1.1 | Host: a~Host: a | 400 | 2 Host fields",
                "GET x HTTP/1.1 | Host: a | 400 | target",
                "PUT / HTTP/1.0 | Transfer-Encoding: chunked | 400 | HTTP/1.0",
                "PUT / HTTP/1.1 | Host: a~Transfer-Encoding: gzip, chunked | 501 | chunked",
                "PUT / HTTP/1.1 | Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked | 501 | chunked",
                "PUT / HTTP/1.1 | Host: a~Transfer-Encoding: x~Transfer-Encoding: chunked | 501 | chunked",
                "PUT / HTTP/1.1 | Host: a~Content-Length: 3~Transfer-Encoding: chunked | 400 | both",
                "PUT / HTTP/1.1 | Host: a~Transfer-Encoding: chunked~Content-Length: 0 | 400 | both",
                "PUT / HTTP/1.1 | Host: a~Expect: a miracle | 417 | 100-continue"
            })
    void whatIsNotServedIsRefused(String line, String fields, int status, String word) throws Exception {
        var refusal =
                parse(line + "\r\n" + fields.replace("~", "\r\n") + "\r\n\r\n").refusal();

        assertThat(Objects.requireNonNull(refusal).status()).isEqualTo(status);
        assertThat(new String(refusal.body(), StandardCharsets.UTF_8)).contains(word);
    }
}
