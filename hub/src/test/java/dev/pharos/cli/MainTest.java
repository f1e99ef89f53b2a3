package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"serve", "publish", "subscribe", "echo", "bench", "config", "token", "log", "torture"})
    void explainsEachCommandWithExamples(String command) {
        Cli help = Cli.run(command, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains("Usage: pharos " + command)
                .contains("Example")
                .contains("  pharos " + command);
        assertThat(Cli.run("--help").out()).contains("  " + command);
        assertThat(Cli.run(command, "--version").out()).startsWith("pharos ");
    }

    @Test
    void tellsItsVersion() {
        Cli version = Cli.run("--version");
        assertThat(version.code()).isZero();
        assertThat(version.out()).matches("pharos \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\\R");
    }

    @Test
    void showsTheHelpAsAnErrorWithoutACommand() {
        Cli cli = Cli.run();
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("Usage: pharos");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "publsh,               there is no command 'publsh',  Did you mean 'publish'?",
                "serve --opne,         there is no option '--opne',   Did you mean '--open'?",
                "publish --tipe=x a,   there is no option '--tipe=x', Did you mean '--type'?",
                "subscribe --lats 3 a, there is no option '--lats',   Did you mean '--last'?",
                "publish a b c,        'c' is one word too many,      Try 'pharos publish --help'",
                "fly,                  there is no command 'fly',     Try 'pharos --help'",
                "bench --messages x,   Invalid value for option '--messages': 'x' is not a whole number, Try",
                "torture --minutes x,  Invalid value for option '--minutes': 'x' is not a number, Try"
            })
    void namesWhatIsWrongAndWhatWasProbablyMeant(String line, String problem, String help) {
        Cli cli = Cli.run(line.split(" "));
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).startsWith("pharos: " + problem).contains(help).hasLineCount(2);
        assertThat(cli.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "publish,                          TOPIC",
        "subscribe,                        TOPIC",
        "publish --id 1 a -,               --id",
        "publish --id pos:x a b,           pos:",
        "publish --type pharos a b,        pharos",
        "publish --retry -1 a b,           --retry",
        "publish --retry soon a b,         --retry",
        "publish --patience -1 a -,        --patience",
        "publish --url ftp://x a b,        --url",
        "publish --url http://x/?a=b a b,  --url",
        "subscribe --last -1 a,            --last",
        "serve --listen here,              --listen",
        "serve --listen :7070,             --listen",
        "serve --listen 127.0.0.1:70707,   65535",
        "serve --cors http://a/b,          --cors",
        "serve --cors a.example,           --cors",
        "serve --transport pigeon,         --transport",
        "serve --fsync sometimes,          always",
        "serve --retain-bytes much,        500MB",
        "serve --retain-age 0s,            --retain-age",
        "serve --memory --data d,          --data is of no use beside --memory",
        "serve --set heartbeet=1s,         heartbeat",
        "serve --set heartbeat,            VALUE",
        "config print --config a b,        leave one out",
        "log tail -n -1,                   -n",
        "log repair --discard,             --yes",
        "log export --from pos:x.-1,       negative",
        "log import,                       FILE",
        "bench --connections 0,            --connections",
        "bench --size 10,                  --size",
        "bench --topics 2000,              --topics",
        "bench --transport pigeon,         --transport",
        "bench --url https://127.0.0.1:1,  --url",
        "torture --minutes -1,             --minutes",
        "torture --seed x,                 --seed"
    })
    void refusesWrongUsage(String line, String named) {
        Cli cli = Cli.run(line.split(" "));
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).startsWith("pharos: ").contains(named);
    }

    @Test
    void refusesATokenThatNoHeaderCanCarry() {
        Cli cli = Cli.run("publish", "--token", "a\r\nb", "topic", "data");
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("--token").doesNotContain("a\r\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"})
    void refusesAnAddressOthersCanReachUnlessItIsOpen(String address) {
        Cli cli = Cli.run("serve", "--listen", address);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("--open").contains("no keys");
    }

    @Test
    void failsWhenTheAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            for (Cli cli :
                    List.of(Cli.run("serve", "--memory", "--listen", address), Cli.run("echo", "--listen", address))) {
                assertThat(cli.code()).isEqualTo(1);
                assertThat(cli.err()).contains("cannot listen").contains("--listen");
            }
        }
    }
}
