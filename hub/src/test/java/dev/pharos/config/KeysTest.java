package dev.pharos.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("secret"), SECRET + "\r\n");
        Files.writeString(directory.resolve("empty"), "\n");
        Files.writeString(directory.resolve("public"), "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n");
        Files.writeString(directory.resolve("private"), "-----BEGIN PRIVATE KEY-----\nAA==\n");
        Files.writeString(directory.resolve("jwks"), "{\"keys\":[]}");
    }

    @Test
    void readsKeysFromWhereverTheyAre() {
        Configuration read = Sources.read(Values.of(List.of(layer("""
                        listen: 0.0.0.0:80
                        authorization:
                          keys:
                            - secret: 0123456789abcdef0123456789abcdef
                            - secret-file: secret
                              use: publish
                              algorithms: [HS256]
                            - pem-file: public
                              use: subscribe
                              algorithms: [RS256, PS256]
                            - jwks-file: jwks
                            - jwks-url: https://login.example/jwks
                              issuer: https://login.example/
                          audience: https://hub.example/
                          cookie: __Secure-token
                          anonymous:
                            read: true
                          publish-origins: https://shop.example
                        mercure:
                          - path: /hub
                            draft: 8
                            public-url: https://hub.example/hub
                          - {}
                        """)))).configuration();
        Authorization authorization = read.authorization();
        assertThat(authorization.keys())
                .extracting(KeyEntry::material)
                .containsExactly(
                        new KeyEntry.Material.Text(new Secret(SECRET)),
                        new KeyEntry.Material.SecretFile(directory.resolve("secret")),
                        new KeyEntry.Material.PemFile(directory.resolve("public")),
                        new KeyEntry.Material.JwksFile(directory.resolve("jwks")),
                        new KeyEntry.Material.JwksUrl(URI.create("https://login.example/jwks")));
        assertThat(authorization.keys())
                .extracting(KeyEntry::use)
                .containsExactly(
                        KeyEntry.Use.BOTH,
                        KeyEntry.Use.PUBLISH,
                        KeyEntry.Use.SUBSCRIBE,
                        KeyEntry.Use.BOTH,
                        KeyEntry.Use.BOTH);
        assertThat(authorization.keys().get(4).issuer()).isEqualTo("https://login.example/");
        assertThat(authorization.anonymousRead()).isTrue();
        assertThat(authorization.anonymousPublish()).isFalse();
        assertThat(read.mercure()).extracting(Mount::draft).containsExactly(Mount.Draft.D08, Mount.Draft.D07);
        assertThat(read.toString()).doesNotContain(SECRET);
    }

    @Test
    void leavesTheLineBreakOfASecretOut() throws IOException {
        assertThat(KeyFile.secret(new KeyEntry.Material.SecretFile(directory.resolve("secret")))
                        .reveal())
                .isEqualTo(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            use: publish                           | authorization.keys.0 has no key: name one of secret-file, pem-file
            secret-file: nowhere                   | authorization.keys.0.secret-file: there is no file DIR/nowhere
            secret-file: .                         | authorization.keys.0.secret-file: DIR/. is a directory
            secret-file: empty                     | authorization.keys.0.secret-file: DIR/empty is empty
            secret-file: private                   | authorization.keys.0.secret-file is a key in PEM, not a secret
            secret: short                          | authorization.keys.0.secret has 5 bytes, but HS256 needs at least 32
            {secret-file: secret, algorithms: [HS512]} | authorization.keys.0.secret-file has 32 bytes, but HS512 needs at least 64
            {secret-file: secret, algorithms: [RS256]} | authorization.keys.0.algorithms is 'RS256', which is no algorithm for a secret
            {pem-file: public, algorithms: [HS256]}    | authorization.keys.0.algorithms is 'HS256', which is no algorithm for a public key
            {pem-file: public, algorithms: [none]}     | authorization.keys.0.algorithms is 'none', but must be one of HS256
            pem-file: secret                       | authorization.keys.0.pem-file: DIR/secret has no PEM in it
            pem-file: private                      | authorization.keys.0.pem-file: DIR/private is a private key
            {pem-file: public, secret-file: secret}    | authorization.keys.0.pem-file is beside authorization.keys.0.secret-file
            {jwks-url: https://a.example/k, algorithms: [ES256]} | authorization.keys.0.algorithms is of no use beside jwks-url
            jwks-url: file:///etc/passwd           | authorization.keys.0.jwks-url is 'file:///etc/passwd', but must be an http or https URL
            {secret-file: secret, use: read}       | authorization.keys.0.use is 'read', but must be publish, subscribe or both
            """)
    void refusesWhatCannotBeAKey(String key, String problem) {
        assertThat(problems("authorization:\n  keys:\n    - " + key + "\n"))
                .first()
                .asString()
                .startsWith(directory + "/pharos.yaml:3: " + problem.replace("DIR", directory.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            listen: 0.0.0.0:0                                  | which other machines can reach, and this hub has no keys
            authorization: {anonymous: {read: true}}           | authorization.anonymous.read is of no use without keys
            authorization: {cookie: x}                         | authorization.cookie is of no use without keys
            {open: true, authorization: {keys: [{secret-file: secret}]}} | open is true, but the hub has keys
            mercure: [{draft: 8}]                              | mercure.0.draft is 8, which needs mercure.0.public-url
            mercure: [{draft: 9}]                              | mercure.0.draft is '9', but must be 7 or 8
            mercure: [{path: /a}, {path: /a}]                  | mercure.1.path is '/a', which is mercure.0.path too
            mercure: [{}, {}]                                  | mercure.1.path is '/.well-known/mercure', which is mercure.0.path too
            mercure: [{path: /events/x}]                       | mercure.0.path is '/events/x', which belongs to the hub itself
            mercure: [{path: a}]                               | mercure.0.path is 'a', but must be the path of a URL
            mercure: [{draft: 8, public-url: https://a.example/, forbidden: 401}] | mercure.0.forbidden is of no use with draft 8
            mercure: [{forbidden: 404}]                        | mercure.0.forbidden is '404', but must be 403 or 401
            mercure: [{lifetime: 1500ms}]                      | mercure.0.lifetime is '1500ms', but must be a time in whole seconds from 1s to 365d, such as 30m or 12h, or off
            mercure: [{lifetime: 0s}]                          | mercure.0.lifetime is '0s', but must be a time in whole seconds
            presence: true                                     | presence is true, which is of no use without keys
            {authorization: {keys: [{secret-file: secret}]}, mercure: [{draft: 8, public-url: https://a.example/}]} | mercure.0.draft is 8, whose tokens name who made them
            """)
    void refusesWhatDoesNotFitTogether(String text, String problem) {
        assertThat(problems(text)).singleElement().asString().contains(problem);
    }

    private Layer layer(String text) {
        return ConfigurationFile.read(directory.resolve("pharos.yaml"), text);
    }

    private List<String> problems(String text) {
        try {
            Sources.read(Values.of(List.of(layer(text))));
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems().stream().map(Problem::sentence).toList();
        }
    }
}
