package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.testkit.fake.FakeSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session is renewed by one token at a time. */
class TokenCommandTest {

    private final Tokens tokens = new Tokens();
    private final TestHub hub = new TestHub(tokens::access, null);
    private final FakeSocket socket = hub.socket(
                    "/events", tokens.make("first", "ann", "*", "a", in(Duration.ofMinutes(1))))
            .socket();

    @BeforeEach
    void makeTokens() {
        tokens.make("second", "ann", "*", "a", in(Duration.ofMinutes(2)));
        tokens.make("third", "ann", "*", "a", in(Duration.ofMinutes(3)));
        tokens.isSlow = true;
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private long in(Duration duration) {
        return hub.clock.millis() + duration.toMillis();
    }

    private void renew(String ref, String token) {
        send("{\"type\":\"token\",\"ref\":\"" + ref + "\",\"token\":\"" + token + "\"}");
    }

    private void send(String command) {
        hub.loop.within(() -> socket.receive(command));
        hub.loop.run();
    }

    private List<String> answers() {
        hub.loop.run();
        List<String> all = new ArrayList<>();
        for (String frame = socket.poll(); frame != null; frame = socket.poll()) {
            all.add(frame);
        }
        return all;
    }

    @Test
    void judgesOneAtATimeAndRefusesOthersMeanwhile() {
        renew("1", "second");
        assertThat(answers()).isEmpty();
        for (int i = 0; i < 1_000; i++) {
            renew("2", "third");
            assertThat(answers())
                    .containsExactly("{\"type\":\"error\",\"code\":\"too-many\",\"ref\":\"2\","
                            + "\"message\":\"another token is being judged; send this one after its answer\"}");
        }
        assertThat(tokens.waiting()).isEqualTo(1);

        tokens.answerAll();
        assertThat(answers())
                .containsExactly("{\"type\":\"token\",\"ref\":\"1\",\"expires\":" + in(Duration.ofMinutes(2)) + "}");
        renew("3", "third");
        tokens.answerAll();
        assertThat(answers())
                .containsExactly("{\"type\":\"token\",\"ref\":\"3\",\"expires\":" + in(Duration.ofMinutes(3)) + "}");
    }

    @Test
    void takesTheNextBehindOneThatWasRefused() {
        renew("1", "unknown");
        tokens.answerAll();
        assertThat(answers()).singleElement().asString().contains("\"code\":\"unauthorized\",\"ref\":\"1\"");
        renew("2", "second");
        tokens.answerAll();
        assertThat(answers()).singleElement().asString().startsWith("{\"type\":\"token\",\"ref\":\"2\"");
    }

    @Test
    void obeysEverythingElseMeanwhile() {
        renew("1", "second");
        send("{\"type\":\"ping\",\"ref\":\"2\"}");
        assertThat(answers()).containsExactly("{\"type\":\"pong\",\"ref\":\"2\"}");
    }

    @Test
    void aSessionThatHasGoneMeanwhileIsNotRenewed() {
        renew("1", "second");
        hub.loop.within(() -> socket.close(1001, "gone"));
        hub.loop.run();
        tokens.answerAll();
        assertThat(answers()).isEmpty();
    }
}
