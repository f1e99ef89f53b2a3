package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SockJsMessagesTest {

    private final Encoded plain =
            Encoded.join(List.of(Encoded.of("{\"a\":1}"), Encoded.of(""), Encoded.of("\u2028\ud83d\ude00\n")));
    private final Encoded written = SockJsMessages.write(plain);

    @Test
    void giveTheSameFrames() {
        for (Framing framing : List.of(Framing.MESSAGE, Framing.LINE, Framing.EVENT, Framing.SCRIPT)) {
            assertThat(framing.apply(written)).hasToString(framing.apply(plain).toString());
        }
    }

    @Test
    void areCutAndJoinedAsTheMessagesAre() {
        Encoded again = Encoded.join(List.of(written.slice(2, 3), written.slice(0, 2)));
        assertThat(Framing.MESSAGE.apply(again)).hasToString("a[\"\\u2028\\ud83d\\ude00\\n\",\"{\\\"a\\\":1}\",\"\"]");
    }

    @Test
    void goIntoAFrameWithOthers() {
        byte[] frame = Frames.messages(List.of(Encoded.of("x"), written.slice(0, 2), Encoded.of("y")));
        assertThat(new String(frame, StandardCharsets.UTF_8)).isEqualTo("a[\"x\",\"{\\\"a\\\":1}\",\"\",\"y\"]");
    }

    @Test
    void areNotWrittenTwice() {
        assertThat(SockJsMessages.write(written)).isSameAs(written);
    }
}
