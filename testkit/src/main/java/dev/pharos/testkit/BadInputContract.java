package dev.pharos.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a host does with requests that break the rules of RFC 9112, before any protocol sees them. */
abstract class BadInputContract extends HostChecks {

    /** Ways to break the grammar that leave no doubt. */
    private static final Map<String, String> BROKEN = broken();

    private final AtomicInteger handled = new AtomicInteger();

    BadInputContract(HostContract contract) {
        super(contract);
    }

    private static Map<String, String> broken() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("bytes", "\u0000\u0001\u0002\u00ff\u00fe garbage\r\n\r\n");
        all.put("one word", "GET\r\n\r\n");
        all.put("a TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n");
        all.put("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        all.put("a field without a colon", "GET / HTTP/1.1\r\nHost: test\r\nnonsense\r\n\r\n");
        all.put("a field without a name", "GET / HTTP/1.1\r\nHost: test\r\n: x\r\n\r\n");
        all.put("a field name with a space", "GET / HTTP/1.1\r\nHost: test\r\nX Y: x\r\n\r\n");
        all.put("a length that is no number", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ten\r\n\r\n");
        all.put("a negative length", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: -1\r\n\r\n");
        all.put("two lengths", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        all.put("an unknown coding", "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: nonsense\r\n\r\n");
        return all;
    }

    private void serveCounting() {
        serve((request, reply) -> {
            if (!request.path().equals("/alive")) {
                handled.incrementAndGet();
            }
            reply.send(hello(request));
        });
    }

    /** Sends something broken: the answer's status, or 0 when there was only the end of the connection. */
    private int statusOf(String request) throws IOException {
        try (RawHttp client = RawHttp.connect(host().port())) {
            try {
                client.send(request);
            } catch (IOException e) {
                return 0;
            }
            byte[] all = client.readToEnd();
            String text = new String(all, ISO_8859_1);
            if (text.isEmpty()) {
                return 0;
            }
            assertThat(text).startsWith("HTTP/1.");
            return Integer.parseInt(text.substring(9, 12));
        }
    }

    @Test
    void aBrokenRequestIsRefusedOrCutOff() throws Exception {
        serveCounting();
        for (Map.Entry<String, String> broken : BROKEN.entrySet()) {
            int status = statusOf(broken.getValue());
            assertThat(status).as(broken.getKey()).matches(s -> s == 0 || (s >= 400 && s <= 505), "4xx, 501, 505 or 0");
            if (can(Capability.BAD_REQUEST_ANSWER)) {
                assertThat(status).as(broken.getKey()).isNotZero();
            }
        }

        assertThat(handled).hasValue(0);
        assertAlive();
    }

    @Test
    void ambiguousFramingIsRefused() throws Exception {
        needs(Capability.STRICT_FRAMING);
        serveCounting();
        Map<String, String> ambiguous = new LinkedHashMap<>();
        ambiguous.put("a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        ambiguous.put("a signed length", "Content-Length: +3\r\n\r\nabc");
        ambiguous.put("a space before the colon", "Content-Length : 3\r\n\r\nabc");
        ambiguous.put("chunked twice", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
        ambiguous.put("chunked but not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n");
        for (Map.Entry<String, String> each : ambiguous.entrySet()) {
            assertThat(statusOf("POST / HTTP/1.1\r\nHost: test\r\n" + each.getValue()))
                    .as(each.getKey())
                    .matches(status -> status == 0 || status == 400 || status == 501, "400, 501 or 0");
        }

        assertThat(handled).hasValue(0);
    }

    @Test
    void aLengthBesideChunksNeverHidesARequest() throws Exception {
        serve((request, reply) -> {
            if (request.path().equals("/hidden")) {
                faults.add("a hidden request was handled");
            }
            reply.send(hello(request));
        });

        // By the length the second request is a part of the body; whoever goes by the chunks must close (RFC 9112,
        // 6.1).
        String hidden = "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: test\r\n\r\n";
        statusOf("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + hidden.length()
                + "\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden);
        assertAlive();
    }

    @Test
    void anOversizedRequestLineIs414() throws Exception {
        needs(Capability.HEADER_LIMITS);
        serveCounting();

        assertThat(statusOf(
                        "GET /" + "x".repeat(Settings.DEFAULT.maxRequestLine()) + " HTTP/1.1\r\nHost: test\r\n\r\n"))
                .isEqualTo(414);
        assertThat(handled).hasValue(0);
    }

    @Test
    void oversizedFieldsAre431() throws Exception {
        needs(Capability.HEADER_LIMITS);
        serveCounting();
        int limit = Settings.DEFAULT.maxHeaders();

        assertThat(statusOf("GET / HTTP/1.1\r\nHost: test\r\nX: " + "x".repeat(limit) + "\r\n\r\n"))
                .isEqualTo(431);
        assertThat(statusOf("GET / HTTP/1.1\r\nHost: test\r\n" + "X: yyyyyyyyyyyyyyyy\r\n".repeat(limit / 16) + "\r\n"))
                .isEqualTo(431);
        assertThat(handled).hasValue(0);
    }

    @Test
    void aHeadBelowTheLimitsPasses() throws Exception {
        serveCounting();
        RawHttp client = connect();
        client.get("/" + "x".repeat(15 * 1024), "X: " + "y".repeat(30 * 1024));

        assertThat(client.readHead().status()).isEqualTo(200);
    }

    @Test
    void aHeadWithoutEndIsCutOff() throws Exception {
        serveCounting();
        assertThat(cutOff("GET / HTTP/1.1\r\nHost: test\r\n", "X-Field: some value\r\n"))
                .isTrue();
        assertThat(cutOff("GET / HTTP/1.1\r\nHost: test\r\nX: ", "xxxxxxxxxxxxxxxx"))
                .isTrue();
        assertThat(cutOff("GET /", "xxxxxxxxxxxxxxxx")).isTrue();

        assertThat(handled).hasValue(0);
        assertAlive();
    }

    /** Whether the host ends the connection before it has taken 64 MB of the same. */
    private boolean cutOff(String start, String repeated) throws IOException {
        byte[] block = repeated.repeat(4096).getBytes(ISO_8859_1);
        try (RawHttp client = RawHttp.connect(host().port())) {
            client.send(start);
            for (int sent = 0; sent < 64 << 20; sent += block.length) {
                client.send(block);
            }
            return false;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    @Test
    void aConnectionThatSaysNothingDisturbsNobody() throws Exception {
        serveCounting();
        for (int i = 0; i < 200; i++) {
            RawHttp silent = connect();
            if (i % 2 == 0) {
                silent.send("GET / HT");
            }
        }

        assertAlive();
        assertThat(handled).hasValue(0);
    }

    @Test
    void aHeadThatTakesTooLongIsCutOff() throws Exception {
        needs(Capability.HEAD_DEADLINE);
        serve((request, reply) -> reply.send(hello(request)), Settings.DEFAULT.withHeadDeadline(Duration.ofSeconds(1)));
        RawHttp client = connect().send("GET / HTTP/1.1\r\nHost: ");
        client.readToEnd();
        RawHttp second = connect();
        assertThat(second.get("/").readAnswer().status()).isEqualTo(200);

        // The next head counts from its first byte: a connection that rests between requests is left alone.
        assertThat(second.silentFor(Duration.ofMillis(1_500))).isTrue();
        second.send("GET / HTTP/1.1\r\nHost: ").readToEnd();
    }

    @Test
    void halfAHeadIsNotARequest() throws Exception {
        serveCounting();
        for (int i = 0; i < 50; i++) {
            RawHttp client = connect().send("GET / HTTP/1.1\r\nHost: te");
            if (i % 2 == 0) {
                client.close();
            } else {
                client.reset();
            }
        }

        assertAlive();
        if (can(Capability.STRICT_FRAMING)) {
            assertThat(handled).hasValue(0);
        }
    }

    @Test
    void emptyLinesBeforeARequestAreIgnored() throws Exception {
        serveCounting();

        assertThat(connect()
                        .send("\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n")
                        .readAnswer()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void randomBytesDoNotEndTheHost() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of the random bytes: " + seed);
        Random random = new Random(seed);
        serveCounting();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            try (RawHttp client = RawHttp.connect(host().port())) {
                if (random.nextBoolean()) {
                    client.send("GET / HTTP/1.1\r\n");
                }
                client.send(bytes);
                client.send("\r\n\r\n");
            } catch (IOException e) {
                assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
            }
        }

        assertAlive();
    }
}
