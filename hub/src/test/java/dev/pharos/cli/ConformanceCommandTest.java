package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.pharos.config.Configuration;
import dev.pharos.config.Sources;
import dev.pharos.server.HubServer;
import dev.pharos.server.ServeOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ConformanceCommandTest {

    private static final String KEY = "a secret of more than thirty-two bytes";

    @Test
    void saysInOneLineThatNothingAnswers() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Cli cli = Cli.run("conformance", "mercure", "--url", "http://127.0.0.1:" + port + "/hub");
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("pharos: no hub answers at http://127.0.0.1:" + port + "/hub: ");
        assertThat(cli.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            404 | there is no hub at URL: the answer is 404
            400 | the hub at URL takes no subscription of draft 7: the answer is 400; --draft says which it speaks
            """)
    void saysInOneLineWhyNoCheckWouldSayAnything(int status, String sentence) throws IOException {
        try (Answering server = new Answering(status, status)) {
            Cli cli = Cli.run("conformance", "mercure", "--url", server.url());
            assertThat(cli)
                    .isEqualTo(new Cli(
                            1, "", "pharos: " + sentence.replace("URL", server.url()) + System.lineSeparator()));
        }
    }

    @Test
    void saysThatTooLittleWasFoundOutWhenTheHubRefusesAndThereIsNoKey() throws IOException {
        try (Answering server = new Answering(401, 401)) {
            Cli cli = Cli.run("conformance", "mercure", "--url", server.url());
            assertThat(cli.out().lines())
                    .contains("refused P02        MUST   ids are generated, and unique:"
                            + " the hub lets nobody read without a token, and no key was given")
                    .contains("refused P12        MUST   unknown fields are ignored:"
                            + " the hub takes nothing without a token, and no key was given")
                    .last(InstanceOfAssertFactories.STRING)
                    .matches("\\d+ passed, \\d+ failed, \\d+ skipped, \\d+ refused: this says too little of the hub");
            assertThat(cli.err())
                    .matches("pharos: the hub lets nobody in without a token: \\d+ checks found out nothing;"
                            + " give the key of its tokens with --key\\R");
        }
    }

    @Test
    void saysInOneLineThatTheKeyIsNotTheHubs(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), KEY);
        try (Answering server = new Answering(401, 401)) {
            Cli cli = Cli.run("conformance", "mercure", "--url", server.url(), "--key", secret.toString());
            assertThat(cli.code()).isEqualTo(1);
            assertThat(cli.out()).isEmpty();
            assertThat(cli.err())
                    .contains("refuses one that is signed with the key; --draft")
                    .hasLineCount(1);
        }
    }

    @Test
    void aHubThatRefusesIsNotTakenForOneThatIsRight(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), KEY);
        Path config = Files.writeString(folder.resolve("pharos.yaml"), """
                listen: 127.0.0.1:0
                memory: true
                heartbeat: 1s
                authorization:
                  keys:
                    - secret: %s
                """.formatted(KEY));
        Configuration configuration =
                Sources.of(Map.of()).withFile(config).read().configuration();
        try (HubServer hub = HubServer.start(ServeOptions.of(configuration, null, null))) {
            String url = "http://127.0.0.1:" + hub.address().getPort() + "/.well-known/mercure";
            Cli refused = Cli.run("conformance", "mercure", "--url", url, "--heartbeat", "1");
            assertThat(refused.code()).as(refused.out()).isEqualTo(3);
            assertThat(refused.out()).contains(" 0 failed, ").contains("this says too little of the hub");
            Cli checked =
                    Cli.run("conformance", "mercure", "--url", url, "--heartbeat", "1", "--key", secret.toString());
            assertThat(checked.code()).as(checked.out()).isZero();
            assertThat(checked.out()).contains(" 0 failed, ").doesNotContain("refused");
            assertThat(checked.err()).isEmpty();
        }
    }

    @Test
    void tellsOfAFailureOnOneLineWhateverWasSent() throws IOException {
        try (Answering server = new Answering(200, 500)) {
            Cli cli = Cli.run("conformance", "mercure", "--url", server.url());
            assertThat(cli.code()).isEqualTo(1);
            assertThat(cli.out().lines())
                    .anyMatch(line -> line.startsWith("failed  S13")
                            && line.endsWith("got 500")
                            && line.contains("1\\nid: forged"))
                    .allMatch(line -> line.matches("(passed|failed|skipped) .*|\\d+ passed, .*"));
        }
    }

    @Test
    void takesAKeyFromAFileAndNoneOfAnotherForm(@TempDir Path folder) throws IOException {
        Path pem = Files.writeString(folder.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n");
        Cli wrong = Cli.run("conformance", "mercure", "--url", "http://127.0.0.1:1/", "--key", pem.toString());
        assertThat(wrong).isEqualTo(new Cli(1, "", "pharos: " + pem + " is no shared secret" + System.lineSeparator()));
        Path none = folder.resolve("none");
        Cli missing = Cli.run("conformance", "mercure", "--url", "http://127.0.0.1:1/", "--key", none.toString());
        assertThat(missing).isEqualTo(new Cli(1, "", "pharos: there is no file " + none + System.lineSeparator()));
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "ftp://hub.example/", "http:///path"})
    void takesOnlyUrlsOfHubs(String url) {
        Cli cli = Cli.run("conformance", "mercure", "--url", url);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err())
                .startsWith("pharos: --url is '" + url + "', but must begin with http:// or https:// and a host");
    }

    /** A server with one answer to a GET, a comment of a stream, and one to all else. */
    private static final class Answering implements AutoCloseable {

        private final HttpServer server;

        Answering(int toGet, int toOthers) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                boolean get = exchange.getRequestMethod().equals("GET");
                byte[] body = ":\n".getBytes(StandardCharsets.US_ASCII);
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                boolean head = exchange.getRequestMethod().equals("HEAD");
                exchange.sendResponseHeaders(get ? toGet : toOthers, head ? -1 : body.length);
                if (!head) {
                    exchange.getResponseBody().write(body);
                }
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/hub";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
