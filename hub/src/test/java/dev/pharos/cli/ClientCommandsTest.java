package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.client.FakeHub;
import dev.pharos.client.FakeHub.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ClientCommandsTest {

    private FakeHub hub;

    @BeforeEach
    void start() throws IOException {
        hub = FakeHub.start();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void publishesOneEventWithAllThatBelongsToItAndPrintsItsId() throws Exception {
        CompletableFuture<Cli> cli = start(
                "",
                "publish",
                "--type",
                "t",
                "--id",
                "7",
                "--key",
                "k",
                "--retry",
                "500",
                "--private",
                "--token",
                "x",
                "a&b",
                "1 + 1");
        Call call = hub.next();
        assertThat(call.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(call.header("Authorization")).isEqualTo("Bearer x");
        assertThat(call.body()).isEqualTo("topic=a%26b&id=7&type=t&key=k&retry=500&private=on&data=1+%2B+1");
        call.answer(200, "text/plain", "7\n", "Pharos-Notice", "nobody may read it");
        assertThat(cli.get()).isEqualTo(new Cli(0, lines("7"), lines("pharos: nobody may read it")));
    }

    @Test
    void takesADashBehindTwoDashesForData() throws Exception {
        CompletableFuture<Cli> cli = start("", "publish", "a", "--", "--5");
        Call call = hub.next();
        assertThat(call.body()).isEqualTo("topic=a&data=--5");
        call.answer(200, "text/plain", "pos:e.1");
        assertThat(cli.get().code()).isZero();
    }

    @Test
    void failsWithTheHubsReasonWhenAnEventIsRefused() throws Exception {
        CompletableFuture<Cli> cli = start("", "publish", "a", "b");
        hub.next().answer(413, "text/plain", "data has 2 bytes, the limit is 1");
        assertThat(cli.get())
                .isEqualTo(new Cli(1, "", lines("pharos: not published: data has 2 bytes, the limit is 1 (413)")));
    }

    @Test
    void failsAtOnceWithoutAHubAndSaysHowToGetOne() {
        hub.close();
        Cli cli = Cli.run("publish", "--url", hub.url().toString(), "a", "b");
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.err()).contains("no hub answers at " + hub.url()).contains("pharos serve");
    }

    @Test
    void publishesTheLinesOfItsInput() throws Exception {
        CompletableFuture<Cli> cli = start("one\ntwo", "publish", "a", "-");
        List<String> events = new ArrayList<>();
        while (events.size() < 2) {
            Call call = hub.next();
            events.addAll(call.lines());
            call.accept();
        }
        assertThat(events)
                .containsExactly("{\"topics\":[\"a\"],\"data\":\"one\"}", "{\"topics\":[\"a\"],\"data\":\"two\"}");
        assertThat(cli.get()).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void printsEachEventOnALineUntilTheHubSaysThatItIsOver() throws Exception {
        CompletableFuture<Cli> cli = start("", "subscribe", "--last", "2", "a");
        Call call = hub.next();
        assertThat(call.query()).contains("topic=a").contains("last=2");
        call.stream("retry: 1\n\nid: 1\ndata: one\n\nid: 2\ndata: two\ndata: lines\n\n")
                .end();
        hub.next().answer(204, "text/plain", "");
        assertThat(cli.get().code()).isZero();
        assertThat(cli.get().out()).isEqualTo("one\ntwo\\nlines\n");
    }

    @Test
    void failsWhenTheHubRefusesTheSubscription() throws Exception {
        CompletableFuture<Cli> cli = start("", "subscribe", "a");
        hub.next().answer(403, "text/plain", "no");
        assertThat(cli.get()).isEqualTo(new Cli(1, "", lines("pharos: refused: no (403)")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            publish   |        | 401 | not published: no (401). Give a token with --token or $PHAROS_TOKEN
            publish   | x.y.z  | 401 | not published: no (401). 'pharos token inspect' shows what is in your token
            publish   | x.y.z  | 403 | not published: no (403). 'pharos token inspect' shows what is in your token
            subscribe |        | 401 | refused: no (401). Give a token with --token or $PHAROS_TOKEN
            subscribe | x.y.z  | 403 | refused: no (403). 'pharos token inspect' shows what is in your token
            """)
    void saysWhatHelpsWhenATokenIsMissingOrNotEnough(
            String command, @Nullable String token, int status, String sentence) throws Exception {
        CompletableFuture<Cli> cli =
                token == null ? start("", command, "a") : start("", command, "--token", token, "a");
        Call call = hub.next();
        assertThat(call.header("Authorization")).isEqualTo(token == null ? null : "Bearer " + token);
        call.answer(status, "text/plain", "no");
        assertThat(cli.get()).isEqualTo(new Cli(1, "", lines("pharos: " + sentence)));
    }

    @Test
    void endsWellWhenItsOutputIsClosed() throws Exception {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public String toString() {
                return "";
            }
        };
        CompletableFuture<Cli> cli =
                run(() -> Cli.run("", closed, "subscribe", "--url", hub.url().toString(), "a"));
        hub.next().stream("id: 1\ndata: one\n\n");
        assertThat(cli.get()).isEqualTo(new Cli(0, "", ""));
    }

    private CompletableFuture<Cli> start(String input, String command, String... args) {
        String[] all = new String[args.length + 3];
        all[0] = command;
        all[1] = "--url";
        all[2] = hub.url().toString();
        System.arraycopy(args, 0, all, 3, args.length);
        return run(() -> Cli.run(input, new ByteArrayOutputStream(), all));
    }

    private static CompletableFuture<Cli> run(Supplier<Cli> command) {
        CompletableFuture<Cli> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> result.complete(command.get()));
        return result;
    }

    private static String lines(String text) {
        return text + System.lineSeparator();
    }
}
