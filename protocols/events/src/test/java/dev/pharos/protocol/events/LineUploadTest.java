package dev.pharos.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.hub.Selectors;
import dev.pharos.log.Entry;
import dev.pharos.log.EventLog;
import dev.pharos.log.LogFullException;
import dev.pharos.testkit.fake.FakeExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineUploadTest {

    private static final int MEBIBYTE = 1 << 20;

    private TestHub hub = new TestHub();
    private SlowLog slow = new SlowLog(hub.hub.log());

    @AfterEach
    void close() {
        hub.close();
    }

    private void slowly() {
        hub.close();
        hub = new TestHub(log -> {
            slow = new SlowLog(log);
            return slow;
        });
    }

    private void send(FakeExchange upload, String text) {
        send(upload, text.getBytes(StandardCharsets.UTF_8));
    }

    private void send(FakeExchange upload, byte[] bytes) {
        hub.loop.within(() -> upload.push(bytes));
        hub.loop.run();
    }

    private void end(FakeExchange upload) {
        hub.loop.within(upload::end);
        hub.loop.run();
    }

    private static Map<String, Object> answer(FakeExchange upload, int status) {
        assertThat(upload.answered()).isTrue();
        assertThat(upload.status()).as(upload.text()).isEqualTo(status);
        assertThat(upload.field("Content-Type")).isEqualTo("application/json");
        return Tree.object(upload.text());
    }

    private List<String> published() {
        List<String> data = new ArrayList<>();
        for (Entry entry : hub.hub
                .log()
                .read(0, Selectors.of("*"), new EventLog.Bounds(Long.MAX_VALUE, 1 << 30))
                .entries()) {
            data.add(entry.event().data());
        }
        return data;
    }

    private static String line(Object data) {
        return "{\"topic\":\"a\",\"data\":\"" + data + "\"}\n";
    }

    @Test
    void publishesEachLine() {
        FakeExchange upload = hub.upload();
        send(upload, line(1) + line(2) + line(3));
        end(upload);

        assertThat(answer(upload, 200))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("accepted", 3L, "first", TestHub.cursor(1), "last", TestHub.cursor(3)));
        assertThat(published()).containsExactly("1", "2", "3");
    }

    @Test
    void publishesBeforeTheUploadEnds() {
        FakeExchange upload = hub.upload();
        send(upload, line(1) + "{\"topic\":");
        assertThat(published()).containsExactly("1");
        send(upload, "\"a\"}\n");
        assertThat(published()).containsExactly("1", "");
        assertThat(upload.answered()).isFalse();
    }

    @Test
    void takesALastLineWithoutItsEnd() {
        FakeExchange upload = hub.upload();
        send(upload, line(1) + line(2).strip());
        end(upload);

        assertThat(answer(upload, 200)).containsEntry("accepted", 2L);
    }

    @Test
    void skipsBlankLinesAndTakesCarriageReturns() {
        FakeExchange upload = hub.upload();
        send(upload, "\n\r\n  \t\n" + line(1).replace("\n", "\r\n") + "\n" + line(2) + " ");
        end(upload);

        assertThat(answer(upload, 200)).containsEntry("accepted", 2L);
        assertThat(published()).containsExactly("1", "2");
    }

    @Test
    void takesAnUploadOfNothing() {
        FakeExchange upload = hub.upload();
        end(upload);

        assertThat(answer(upload, 200)).containsExactly(Map.entry("accepted", 0L));
    }

    @Test
    void namesTheBadLineAndWhatWasAcceptedBefore() {
        FakeExchange upload = hub.upload();
        send(upload, line(1) + "\n" + line(2) + "{\"topic\":\n" + line(3));

        Map<String, Object> answer = answer(upload, 400);
        assertThat(answer)
                .containsEntry("accepted", 2L)
                .containsEntry("first", TestHub.cursor(1))
                .containsEntry("last", TestHub.cursor(2))
                .containsEntry("line", 4L);
        assertThat(Tree.string(answer, "error")).contains("malformed JSON").doesNotContain("Source");
        send(upload, line(4));
        end(upload);
        assertThat(published()).containsExactly("1", "2");
    }

    @Test
    void aBadFirstLineLeavesNothingBehind() {
        FakeExchange upload = hub.upload();
        send(upload, "{\"data\":\"x\"}\n" + line(1));

        assertThat(answer(upload, 400))
                .containsEntry("accepted", 0L)
                .containsEntry("line", 1L)
                .doesNotContainKeys("first", "last");
        assertThat(published()).isEmpty();
    }

    @Test
    void namesALineThatIsNotUtf8() {
        FakeExchange upload = hub.upload();
        send(upload, line(1));
        send(upload, new byte[] {'{', (byte) 0xC3, '(', '}', '\n'});

        Map<String, Object> answer = answer(upload, 400);
        assertThat(answer).containsEntry("accepted", 1L).containsEntry("line", 2L);
        assertThat(Tree.string(answer, "error")).contains("UTF-8");
    }

    @Test
    void namesALoneSurrogateInAMessageThatIsItselfUtf8() {
        FakeExchange upload = hub.upload();
        send(upload, "{\"topic\":\"a\",\"retry\":\"\\ud800\"}\n");

        assertThat(Tree.string(answer(upload, 400), "error"))
                .contains("'retry'")
                .contains("\uFFFD");
    }

    @Test
    void takesALineOfExactlyTheLimit() {
        String start = "{\"topic\":\"a\",\"data\":\"";
        String line = start + "x".repeat(MEBIBYTE - start.length() - 2) + "\"}";
        FakeExchange upload = hub.upload();
        send(upload, line.substring(0, 500_000));
        send(upload, line.substring(500_000) + "\n" + line(2));
        end(upload);

        assertThat(answer(upload, 200)).containsEntry("accepted", 2L);
    }

    @Test
    void refusesALongerLineHoweverItComes() {
        String start = "{\"topic\":\"a\",\"data\":\"";
        String line = start + "x".repeat(MEBIBYTE - start.length() - 1) + "\"}\n";
        for (int piece : new int[] {line.length(), 64 << 10, MEBIBYTE}) {
            FakeExchange upload = hub.upload();
            send(upload, line(1));
            for (int from = 0; from < line.length(); from += piece) {
                send(upload, line.substring(from, Math.min(line.length(), from + piece)));
            }

            Map<String, Object> answer = answer(upload, 413);
            assertThat(answer).containsEntry("accepted", 1L).containsEntry("line", 2L);
            assertThat(Tree.string(answer, "error")).contains("1048576");
        }
    }

    @Test
    void refusesALineWithoutEnd() {
        FakeExchange upload = hub.upload();
        byte[] piece = "x".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 17; i++) {
            send(upload, piece);
        }

        assertThat(answer(upload, 413)).containsEntry("line", 1L);
    }

    @Test
    void givesTheSameResultHoweverTheBytesCome() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String data = "é😀".repeat(random.nextInt(20)) + i;
            expected.add(data);
            text.append(line(data));
            if (random.nextInt(5) == 0) {
                text.append("\r\n");
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20; round++) {
            hub.close();
            hub = new TestHub();
            FakeExchange upload = hub.upload();
            int longest = 1 + random.nextInt(round < 10 ? 8 : 5_000);
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(longest));
                send(upload, java.util.Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            end(upload);

            assertThat(answer(upload, 200)).as("seed " + seed).containsEntry("accepted", 300L);
            assertThat(published()).as("seed " + seed).isEqualTo(expected);
        }
    }

    // backpressure

    @Test
    void makesTheClientWaitWhileTheLogIsSlow() {
        slowly();
        FakeExchange upload = hub.upload();
        send(upload, line(1));
        assertThat(slow.waiting()).isOne();
        assertThat(upload.isPaused()).isFalse();

        int sent = 1;
        while (!upload.isPaused()) {
            send(upload, line("x".repeat(1000)));
            sent++;
            assertThat(sent).isLessThan(1_000);
        }
        assertThat(slow.waiting()).isOne();

        int done = slow.complete();
        hub.loop.run();
        assertThat(upload.isPaused()).isFalse();
        assertThat(slow.waiting()).isOne();
        end(upload);
        assertThat(upload.answered()).isFalse();
        while (slow.waiting() > 0) {
            done += slow.complete();
            hub.loop.run();
        }
        assertThat(done).isEqualTo(sent);
        assertThat(answer(upload, 200)).containsEntry("accepted", (long) sent);
    }

    @Test
    void answersABadLineWhenAllBeforeItIsInTheLog() {
        slowly();
        FakeExchange upload = hub.upload();
        send(upload, line(1));
        send(upload, line(2) + "nonsense\n" + line(3));
        assertThat(upload.answered()).isFalse();

        slow.complete();
        hub.loop.run();
        assertThat(upload.answered()).isFalse();
        slow.complete();
        hub.loop.run();

        assertThat(answer(upload, 400)).containsEntry("accepted", 2L).containsEntry("line", 3L);
        assertThat(published()).containsExactly("1", "2");
    }

    @Test
    void aFailingLogLeavesAllLinesUpToOne() {
        slowly();
        FakeExchange upload = hub.upload();
        send(upload, line(1));
        send(upload, "\n" + line(2) + line(3));
        slow.complete();
        hub.loop.run();
        send(upload, line(4));
        slow.fail();
        hub.loop.run();

        Map<String, Object> answer = answer(upload, 503);
        assertThat(answer).containsEntry("accepted", 1L).containsEntry("line", 3L);
        assertThat(Tree.string(answer, "error")).contains("the disk is gone");
        assertThat(upload.field("Retry-After")).matches("[1-9]");
        assertThat(slow.waiting()).isZero();
        assertThat(published()).containsExactly("1");
    }

    @Test
    void aFullLogLeavesAllLinesUpToOneAndSaysSo() {
        slowly();
        FakeExchange upload = hub.upload();
        send(upload, line(1));
        send(upload, line(2) + line(3));
        slow.complete();
        hub.loop.run();
        slow.fail(new LogFullException("no space is left in /data", new IOException()));
        hub.loop.run();

        Map<String, Object> answer = answer(upload, 507);
        assertThat(answer)
                .containsEntry("accepted", 1L)
                .containsEntry("first", TestHub.cursor(1))
                .containsEntry("line", 2L)
                .containsEntry("error", "no space is left in /data");
        assertThat(upload.field("Retry-After")).matches("[1-9]");
        assertThat(published()).containsExactly("1");
    }

    // idempotency keys

    private FakeExchange uploaded(String key, String text) {
        FakeExchange upload = hub.upload("Idempotency-Key: " + key);
        send(upload, text);
        end(upload);
        return upload;
    }

    @Test
    void aRepeatedUploadIsPublishedOnceAndAnsweredAlike() {
        String text = line(1) + "\n" + line(2) + line(2) + line(3);
        Map<String, Object> first = answer(uploaded("K", text), 200);

        assertThat(answer(uploaded("K", text), 200)).isEqualTo(first).containsEntry("accepted", 4L);
        assertThat(answer(uploaded("\"K\"", text), 200)).isEqualTo(first);
        assertThat(published()).containsExactly("1", "2", "2", "3");
    }

    @Test
    void anUploadThatBrokeIsCompletedByItsRepetition() {
        String text = line(1) + line(2) + line(3);
        FakeExchange broken = hub.upload("Idempotency-Key: K");
        send(broken, text.substring(0, text.length() - 5));
        hub.loop.within(broken::abortBody);
        hub.loop.run();
        assertThat(published()).containsExactly("1", "2");

        Map<String, Object> answer = answer(uploaded("K", text), 200);
        assertThat(answer)
                .containsEntry("accepted", 3L)
                .containsEntry("first", TestHub.cursor(1))
                .containsEntry("last", TestHub.cursor(3));
        assertThat(published()).containsExactly("1", "2", "3");
    }

    @Test
    void theKeyOfALineIsItsNumberWhateverIsLeftBlank() {
        uploaded("K", line(1) + line(2) + line(3));
        uploaded("K", "\n\r\n" + line(3) + line(4));

        assertThat(published()).containsExactly("1", "2", "3", "4");
        assertThat(hub.json(line(3), "Idempotency-Key: K/3").text()).contains(TestHub.cursor(3));
        assertThat(published()).hasSize(4);
    }

    @Test
    void keysThatBeginAlikeDoNotMeet() {
        uploaded("K", line(1).repeat(12));
        uploaded("K/1", line(1).repeat(12));

        assertThat(published()).hasSize(24);
    }

    @Test
    void namesTheLineWhoseKeyHasAnotherContentAndTakesAllBeforeIt() {
        hub.json(line("other"), "Idempotency-Key: K/4");
        FakeExchange upload = hub.upload("Idempotency-Key: K");
        send(upload, line(1) + "\n" + line(3) + line(4) + line(5));

        Map<String, Object> answer = answer(upload, 422);
        assertThat(answer)
                .containsEntry("accepted", 2L)
                .containsEntry("first", TestHub.cursor(2))
                .containsEntry("last", TestHub.cursor(3))
                .containsEntry("line", 4L);
        assertThat(Tree.string(answer, "error")).contains("'Idempotency-Key'").contains("'K/4'");
        assertThat(upload.field("Retry-After")).isNull();
        assertThat(published()).containsExactly("other", "1", "3");
    }

    @Test
    void namesTheFirstLineWhoseKeyHasAnotherContent() {
        uploaded("K", line(1) + line(2));
        FakeExchange upload = hub.upload("Idempotency-Key: K");
        send(upload, line("x") + line("y"));

        assertThat(answer(upload, 422))
                .containsEntry("accepted", 0L)
                .containsEntry("line", 1L)
                .doesNotContainKey("first");
        assertThat(published()).containsExactly("1", "2");
    }

    @Test
    void stopsWhenTheHubStops() {
        FakeExchange upload = hub.upload();
        send(upload, line(1));
        hub.hub.drain();
        send(upload, line(2));

        assertThat(answer(upload, 503)).containsEntry("accepted", 1L).containsEntry("line", 2L);
        assertThat(published()).containsExactly("1");
    }

    @Test
    void keepsWhatCameWholeOfAnUploadThatBroke() {
        FakeExchange upload = hub.upload();
        send(upload, line(1) + line(2) + line(3).substring(0, 10));
        hub.loop.within(upload::abortBody);
        hub.loop.run();

        assertThat(published()).containsExactly("1", "2");
        assertThat(upload.answered()).isFalse();
    }

    @Test
    void linesThatAreNotCompleteHaveBoundedMemoryTogether() {
        String most = "x".repeat(MEBIBYTE);
        List<FakeExchange> slow = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FakeExchange upload = hub.upload();
            send(upload, line(i) + most);
            slow.add(upload);
        }

        FakeExchange upload = hub.upload();
        send(upload, line(1) + line(2));
        assertThat(answer(upload, 503)).containsEntry("accepted", 0L).containsEntry("line", 1L);

        hub.loop.within(slow.removeFirst()::abortBody);
        send(slow.getFirst(), "x");
        assertThat(answer(slow.removeFirst(), 413)).containsEntry("accepted", 1L);
        FakeExchange next = hub.upload();
        send(next, line(1) + line(2));
        end(next);
        assertThat(answer(next, 200)).containsEntry("accepted", 2L);
        slow.forEach(this::end);
        assertThat(hub.uploads.held()).isZero();
    }

    @Test
    void saysThatPrivateEventsReachNobody() {
        FakeExchange upload = hub.upload();
        send(upload, line(1) + "{\"topic\":\"a\",\"private\":true}\n");
        end(upload);

        assertThat(answer(upload, 200)).containsEntry("accepted", 2L);
        assertThat(upload.field("Pharos-Notice")).contains("private");
    }
}
