package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {

    private static final String SECRET = "a secret of more than 32 bytes, so that it is one";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void saysInALineWhatHubAGoodFileWouldMake() throws IOException {
        String bare = write("heartbeat: 30s\n");
        assertThat(Cli.run("config", "check", bare))
                .isEqualTo(new Cli(
                        0,
                        "pharos: " + bare + " is good: a hub at 127.0.0.1:7070 with events at /events, Mercure 07 at"
                                + " /.well-known/mercure. It has no keys, so it answers programs on this machine only.\n",
                        ""));
        Files.writeString(directory.resolve("key"), SECRET);
        Cli keys = Cli.run("config", "check", "--listen", "[::1]:80", write("""
                authorization:
                  keys: [{secret-file: key, issuer: x}]
                  anonymous: {read: true}
                mercure:
                  - path: /a
                  - {path: /b, draft: 8, public-url: "https://hub.example/b"}
                """));
        assertThat(keys.out())
                .hasLineCount(1)
                .contains("]:80 with events at /events, Mercure 07 at /a, Mercure 08 at /b.")
                .contains("It has keys: anybody may read, to publish takes a token.");
        assertThat(Cli.run("config", "check").out())
                .startsWith("pharos: the configuration is good: a hub at 127.0.0.1:7070");
    }

    @Test
    void saysALineForEachProblem() throws IOException {
        String file = write("hartbeat: 30s\nlimits:\n  topics: many\n");
        Cli cli = Cli.run("config", "check", file);
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.err())
                .hasLineCount(2)
                .contains("pharos: " + file + ":1: there is no setting 'hartbeat'; did you mean 'heartbeat'?")
                .contains("pharos: " + file + ":3: limits.topics is 'many', but must be a whole number");
        Cli serve = Cli.run("serve", "--config", file);
        assertThat(serve).isEqualTo(cli);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "memory: true\n",
                "data: 'a: b # c'\ncors: [\"*\"]\nmercure: []\nhistory: {retain-count: 7}\n",
                "mercure:\n  - path: /a\n  - path: /b\n    subscriptions: true\n",
                """
                listen: 0.0.0.0:0
                authorization:
                  cookie: a
                  keys:
                    - secret-file: key
                      use: publish
                      algorithms: [HS256, HS384]
                    - jwks-url: https://login.example/jwks
                """
            })
    void printsWhatReadsTheSameAgain(String text) throws IOException {
        Files.writeString(directory.resolve("key"), SECRET + "\n");
        Cli first = Cli.run("config", "print", write(text));
        assertThat(first.code()).as(first.err()).isZero();
        Cli second = Cli.run("config", "print", write(first.out()));
        assertThat(values(second.out())).isEqualTo(values(first.out()));
    }

    private static String values(String yaml) {
        return yaml.replaceAll(" +# .*", "");
    }

    @Test
    void tellsWhereEachValueComesFrom() throws IOException {
        String file = write("\nheartbeat: 30s\n");
        Cli cli = Cli.run("config", "print", file, "--memory", "--set", "retry=1s");
        assertThat(cli.out())
                .containsPattern("heartbeat: 30s +# " + file + ":2\n")
                .containsPattern("memory: true +# --memory\n")
                .containsPattern("retry: 1s +# --set retry\n")
                .containsPattern("drain: 1500ms +# default\n");
    }

    @Test
    void showsNoSecretWhateverHappens() throws IOException {
        String good = write("authorization:\n  keys:\n    - secret: " + SECRET + "\n");
        Cli print = Cli.run("config", "print", good);
        assertThat(print.out()).doesNotContain(SECRET).contains("secret: \"********\"");
        assertThat(Cli.run("config", "check", write(print.out())).err()).contains("hidden when this was printed");
        for (String wrong : List.of(
                "    - secret: " + SECRET + "\n      secret-file: key\n",
                "    - secret: " + SECRET + "\n      algorithms: [RS256]\n",
                "    - secret: [" + SECRET + "]\n",
                "    - secret: {" + SECRET + ": x}\n",
                "    - secret: " + SECRET.substring(0, 20) + "\n",
                "    - secret: \"" + SECRET + "\n",
                "    secret: " + SECRET + "\n",
                "    - sekret: " + SECRET + "\n",
                "    - " + SECRET + "\n",
                "    - secret: -----BEGIN " + SECRET + "\n")) {
            Cli cli = Cli.run("config", "check", write("authorization:\n  keys:\n" + wrong));
            assertThat(cli.code()).as(wrong).isEqualTo(1);
            assertThat(cli.out() + cli.err()).as(wrong).doesNotContain(SECRET.substring(0, 20));
        }
    }

    @Test
    void explainsEverySetting() {
        Cli keys = Cli.run("config", "keys");
        assertThat(keys.out())
                .contains("limits.selectors  (100)")
                .contains("$PHAROS_LIMITS_SELECTORS")
                .contains("--listen");
        assertThat(Cli.run("config", "keys", "--markdown").out()).contains("| `limits.selectors` | `100` |");
    }

    private String write(String text) throws IOException {
        return Files.writeString(directory.resolve("pharos.yaml"), text).toString();
    }
}
