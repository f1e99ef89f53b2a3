package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    @BeforeAll
    static void makeKeys() throws IOException, GeneralSecurityException {
        write("secret", SECRET + "\n");
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            KeyPair pair = KeyPairGenerator.getInstance(kind).generateKeyPair();
            write(kind + ".pem", pem("PRIVATE KEY", pair.getPrivate()));
            write(kind + ".pub", pem("PUBLIC KEY", pair.getPublic()));
        }
    }

    private static String pem(String label, Key key) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + label + "-----\n";
    }

    @ParameterizedTest
    @CsvSource({"secret,secret", "RSA.pem,RSA.pub", "EC.pem,EC.pub", "Ed25519.pem,Ed25519.pub"})
    void signsWithEveryKindOfKeyAndTellsThatIt(String signing, String checking) {
        String token = token("--publish", "*", "--key", file(signing));
        Cli good = Cli.run("token", "inspect", "--key", file(checking), token);
        assertThat(good.code()).as(good.toString()).isZero();
        assertThat(good.out()).contains("signature  good: made with the key in " + file(checking));
        String tampered = token.substring(0, token.length() - 8) + "AAAAAAAA";
        Cli bad = Cli.run("token", "inspect", "--key", file(checking), tampered);
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.out()).contains("signature  NOT made with the key in " + file(checking));
    }

    @Test
    void writesWhatWasAskedFor() {
        String token = token(
                "--key",
                file("secret"),
                "--publish",
                "a",
                "--publish",
                "b",
                "--subscribe",
                "orders/{id}",
                "--subject",
                "ann",
                "--payload",
                "{\"x\":1}",
                "--expires",
                "10m");
        Cli shown = Cli.run("token", "inspect", token);
        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .contains("\"alg\":\"HS256\"")
                .contains("\"publish\":[\"a\",\"b\"]")
                .contains("\"subscribe\":[\"orders/{id}\"]")
                .contains("\"payload\":{\"x\":1}")
                .contains("\"sub\":\"ann\"")
                .containsPattern("ends       in (10|9) minutes \\(")
                .contains("not checked");
    }

    @Test
    void writesTokensOfDraft8() {
        String token = token(
                "--key",
                file("secret"),
                "--draft",
                "8",
                "--issuer",
                "https://login.example/",
                "--audience",
                "https://hub.example/hub",
                "--subscribe",
                "https://shop.example/:id",
                "--match-type",
                "urlpattern");
        assertThat(Cli.run("token", "inspect", token).out())
                .contains("\"typ\":\"at+jwt\"")
                .contains("\"iss\":\"https://login.example/\"")
                .contains("\"aud\":\"https://hub.example/hub\"")
                .contains("\"match_type\":\"urlpattern\"");
    }

    @Test
    void readsATokenFromItsInputAsAHeaderHasIt() {
        String token = token("--publish", "*", "--key", file("secret"));
        Cli cli = Cli.run("Bearer " + token + "\n", new ByteArrayOutputStream(), "token", "inspect", "-");
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).contains("\"publish\":[\"*\"]");
    }

    @Test
    void saysThatATokenHasEnded() {
        Cli cli = Cli.run("token", "inspect", unsigned("{\"exp\":1000,\"nbf\":500,\"iat\":400}"));
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.out())
                .containsPattern("ends       \\d+ days ago \\(1970-01-01T00:16:40Z\\): it is NOT good any more");
        Cli early = Cli.run("token", "inspect", unsigned("{\"nbf\":99999999999}"));
        assertThat(early.code()).isEqualTo(1);
        assertThat(early.out()).contains("it is NOT good yet").contains("ends       never");
    }

    @Test
    void judgesATokenAsTheHubOfAConfigurationDoes() throws IOException {
        write("hub.yaml", """
                authorization:
                  keys:
                    - secret-file: secret
                      issuer: https://login.example
                  audience: https://hub.example
                mercure:
                  - draft: 7
                  - draft: 8
                    path: /mercure/08
                    public-url: https://hub.example/mercure/08
                """);
        String[] right = {
            "--key",
            file("secret"),
            "--publish",
            "a",
            "--issuer",
            "https://login.example",
            "--audience",
            "https://hub.example"
        };
        Cli taken = inspected("hub.yaml", token(right));
        assertThat(taken.code()).as(taken.toString()).isZero();
        assertThat(taken.out().lines())
                .contains("/events    takes it", "/.well-known/mercure takes it")
                .anyMatch(line -> line.startsWith("/mercure/08 REFUSES it: "));

        Cli other = inspected(
                "hub.yaml", token("--key", file("secret"), "--publish", "a", "--audience", "https://x.example"));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.out().lines())
                .filteredOn(line -> line.contains("REFUSES it: "))
                .hasSize(3);

        write("other", SECRET.replace('0', 'x'));
        right[1] = file("other");
        Cli forged = inspected("hub.yaml", token(right));
        assertThat(forged.code()).isEqualTo(1);
        assertThat(forged.out()).doesNotContain("takes it");
        assertThat(forged.out() + forged.err()).doesNotContain(SECRET);
    }

    @Test
    void saysWhatIsWrongWithTheConfiguration() throws IOException {
        String token = token("--key", file("secret"), "--publish", "a");
        write("open.yaml", "memory: true\n");
        Cli open = inspected("open.yaml", token);
        assertThat(open.code()).isEqualTo(1);
        assertThat(open.out()).contains("hub        has no keys");
        write("wrong.yaml", "authorisation: {}\n");
        assertThat(inspected("wrong.yaml", token).err()).contains("authorization");
        write("keyless.yaml", "authorization: {keys: [{secret-file: nowhere}]}\n");
        Cli keyless = inspected("keyless.yaml", token);
        assertThat(keyless.code()).isEqualTo(1);
        assertThat(keyless.err()).contains("nowhere");
        Cli both = Cli.run("token", "inspect", "--key", file("secret"), "--config", file("open.yaml"), token);
        assertThat(both.code()).isEqualTo(2);
    }

    private static Cli inspected(String config, String token) {
        return Cli.run("token", "inspect", "--config", file(config), token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"exp\":\"soon\"}",
                "{\"exp\":1e300}",
                "{\"exp\":[1]}",
                "[1]",
                "{",
                "",
                "{\"a\":\"\\u001b[31m\"}"
            })
    void showsWhateverIsInAToken(String claims) {
        Cli cli = Cli.run("token", "inspect", "--key", file("secret"), unsigned(claims));
        assertThat(cli.err()).doesNotContain("should not have happened");
        assertThat(cli.out()).doesNotContain("\u001b");
    }

    private static String unsigned(String claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".AAAA";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 | token                                         | a token grants something
            2 | token --publish a                             | there is no key: name a file with --key
            2 | token --publish a --expires soon --key KEY    | --expires is 'soon', but must be a time
            2 | token --publish a --draft 9 --key KEY         | --draft is '9', but must be 7 or 8
            2 | token --publish a --draft 8 --key KEY         | --draft 8 needs --issuer and --audience
            2 | token --publish a --match-type x --key KEY    | --match-type is for --draft 8
            2 | token --publish a --payload { --key KEY       | --payload: a payload is JSON
            2 | token inspect                                 | there is no token: give one
            1 | token --publish a --key nowhere               | there is no file nowhere
            1 | token inspect abc                             | the token is not three parts
            """)
    void namesWhatIsWrong(int code, String line, String problem) {
        Cli cli = Cli.run(line.replace("KEY", file("secret")).split(" "));
        assertThat(cli.code()).isEqualTo(code);
        assertThat(cli.err()).startsWith("pharos: " + problem);
    }

    @Test
    void showsNoKeyWhateverHappens() throws IOException {
        write("short", SECRET.substring(0, 20));
        write("broken.pem", "-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n");
        write("broken.jwk", "{\"kty\":\"oct\",\"k\":\"" + SECRET + "\"");
        for (String name : List.of("short", "broken.pem", "broken.jwk")) {
            Cli cli = Cli.run("token", "--publish", "a", "--key", file(name));
            assertThat(cli.code()).isEqualTo(1);
            assertThat(cli.out() + cli.err()).contains(file(name)).doesNotContain(SECRET.substring(0, 20));
            Cli inspect = Cli.run("token", "inspect", "--key", file(name), unsigned("{}"));
            assertThat(inspect.code()).isEqualTo(1);
            assertThat(inspect.out() + inspect.err()).doesNotContain(SECRET.substring(0, 20));
        }
    }

    private static String token(String... options) {
        List<String> all = new ArrayList<>(List.of("token"));
        all.addAll(List.of(options));
        Cli cli = Cli.run(all.toArray(String[]::new));
        assertThat(cli.code()).as(cli.err()).isZero();
        return cli.out().strip();
    }

    private static String file(String name) {
        return directory.resolve(name).toString();
    }

    private static void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
