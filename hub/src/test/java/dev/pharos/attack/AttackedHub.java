package dev.pharos.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pharos.config.Sources;
import dev.pharos.hub.HubStats;
import dev.pharos.server.HubServer;
import dev.pharos.server.ServeOptions;
import dev.pharos.testkit.RawHttp;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;

/**
 * A whole hub in this process with keys of every kind: a secret, a public key, a key set at a URL, and a secret of a named
 * issuer for draft 08, which is spoken at {@code /hub}.
 */
final class AttackedHub implements AutoCloseable {

    static final byte[] SECRET = "a secret of the hub, 32 bytes or more".getBytes(UTF_8);
    static final byte[] SECRET_08 = "a secret of an issuer, 32 bytes or more".getBytes(UTF_8);
    static final String ISSUER_08 = "https://issuer.example";
    static final String ISSUER_JWKS = "https://keys.example";
    static final String AUDIENCE = "https://hub.example/hub";
    static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    /** The key whose public half is in a file. */
    final KeyPair rsa;
    /** The key whose public half is in the set. */
    final KeyPair published;

    final KeyServer keys;
    private final HubServer server;

    private AttackedHub(KeyServer keys, HubServer server, KeyPair rsa, KeyPair published) {
        this.keys = keys;
        this.server = server;
        this.rsa = rsa;
        this.published = published;
    }

    /**
     * Starts a hub in memory.
     *
     * @param more lines of its file besides those every such hub has
     */
    static AttackedHub start(Path directory, String more) throws IOException {
        return start(directory, "", more);
    }

    /** The same with lines of the group {@code authorization}. */
    static AttackedHub start(Path directory, String authorization, String more) throws IOException {
        KeyPair rsa = Forge.rsa();
        KeyPair published = Forge.rsa();
        KeyServer keys = new KeyServer(Forge.jwk(published, "published"));
        Path file = write(directory, rsa, keys, authorization, more);
        Sources sources = Sources.of(Map.of()).withFile(file);
        HubServer server = HubServer.start(ServeOptions.of(sources.read().configuration(), sources, null));
        return new AttackedHub(keys, server, rsa, published);
    }

    static Path write(Path directory, KeyPair rsa, KeyServer keys, String authorization, String more)
            throws IOException {
        Files.writeString(directory.resolve("rsa.pem"), Forge.pem(rsa.getPublic()));
        return Files.writeString(directory.resolve("pharos.yaml"), """
                memory: true
                listen: 127.0.0.1:0
                authorization:
                  keys:
                    - secret: %s
                    - pem-file: rsa.pem
                    - jwks-url: %s
                      issuer: %s
                    - secret: %s
                      issuer: %s
                %smercure:
                  - {}
                  - path: /hub
                    draft: 8
                    public-url: %s
                %s""".formatted(
                        new String(SECRET, UTF_8),
                        keys.url(),
                        ISSUER_JWKS,
                        new String(SECRET_08, UTF_8),
                        ISSUER_08,
                        authorization,
                        AUDIENCE,
                        more));
    }

    /** A good token for everything, of draft 07. */
    static String token() {
        return Forge.hs256("{\"alg\":\"HS256\"}", "{\"sub\":\"ann\"," + Forge.GRANTS + "}", SECRET);
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    int port() {
        return server.address().getPort();
    }

    RawHttp connect() throws IOException {
        return RawHttp.connect(port());
    }

    RawHttp.Answer get(String target, String... lines) throws IOException {
        try (RawHttp http = connect()) {
            return http.get(target, lines).readAnswer();
        }
    }

    /** The answer to a request with a body; of a stream its head alone. */
    RawHttp.Answer send(String method, String target, String body, String... lines) throws IOException {
        try (RawHttp http = connect()) {
            String[] all = new String[lines.length + 1];
            all[0] = "Content-Length: " + body.length();
            System.arraycopy(lines, 0, all, 1, lines.length);
            http.request(method, target, all).send(body);
            RawHttp.Head head = http.readHead();
            boolean isStream = head.status() == 200
                    && String.valueOf(head.get("Content-Type")).contains("stream");
            return new RawHttp.Answer(head, isStream ? new byte[0] : http.readBody(head));
        }
    }

    /** Publishes with a good token; the id. */
    String publish(String... fields) throws IOException {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], UTF_8));
        }
        RawHttp.Answer answer = send("POST", "/events", form.toString(), FORM, bearer(token()));
        if (answer.status() != 200) {
            throw new IOException("a publish was answered " + answer.status() + ": " + answer.text());
        }
        return answer.text();
    }

    HubStats stats() {
        return server.stats();
    }

    @Override
    public void close() {
        server.close();
        keys.close();
    }
}
