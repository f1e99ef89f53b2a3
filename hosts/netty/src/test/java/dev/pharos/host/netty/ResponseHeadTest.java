package dev.pharos.host.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.host.netty.ResponseHead.Persistence;
import dev.pharos.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ResponseHeadTest {

    private static final Headers FIELDS = Headers.of("A", "1");

    private Instant now = Instant.EPOCH;
    private final ResponseHead heads = new ResponseHead((InstantSource) () -> now);

    @Test
    void aHeadLikeTheOneBeforeIsTheSame() {
        assertThat(head(200, FIELDS)).isEqualTo(head(200, FIELDS)).contains("A: 1\r\n");
    }

    @Test
    void eachHeadHasItsOwnStatusFieldsAndSecond() {
        head(200, FIELDS);
        assertThat(head(404, FIELDS)).startsWith("HTTP/1.1 404 ").contains("A: 1\r\n");
        assertThat(head(404, Headers.of("B", "2"))).contains("B: 2\r\n").doesNotContain("A: 1");
        head(200, FIELDS);
        now = now.plusSeconds(1);
        assertThat(head(200, FIELDS)).contains("Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n");
    }

    @Test
    void aHeadTooLargeToBeKeptLeavesTheNextAlone() {
        String before = head(200, FIELDS);
        Headers large = Headers.of("C", "c".repeat(5_000));
        assertThat(head(200, large)).isEqualTo(head(200, large)).contains("ccc");
        assertThat(head(200, FIELDS)).isEqualTo(before);
    }

    private String head(int status, Headers headers) {
        ByteBuf to = Unpooled.buffer();
        heads.write(to, status, headers, 0, Persistence.KEEP_ALIVE);
        return to.toString(StandardCharsets.US_ASCII);
    }
}
