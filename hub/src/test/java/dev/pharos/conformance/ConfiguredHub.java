package dev.pharos.conformance;

import dev.pharos.config.Configuration;
import dev.pharos.config.Sources;
import dev.pharos.server.HubServer;
import dev.pharos.server.ServeOptions;
import dev.pharos.server.Storage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A whole hub in this process, with both drafts, as an operator configures it. */
final class ConfiguredHub implements AutoCloseable {

    static final String KEY = "a secret of more than thirty-two bytes";
    static final String OTHER_KEY = "a secret of the other issuer, as long";
    static final String ISSUER = "https://issuer.example";
    static final String OTHER_ISSUER = "https://other.example";
    static final String READERS_ISSUER = "https://readers.example";
    static final String AUDIENCE = "https://hub.example/mercure";
    static final String OTHER_AUDIENCE = "https://push.example/mercure";

    private static final String PATH_08 = "/mercure";

    private final HubServer server;

    private ConfiguredHub(HubServer server) {
        this.server = server;
    }

    /**
     * Starts a hub in memory.
     *
     * @param more lines of the file besides those every such hub has
     */
    static ConfiguredHub start(Path directory, String more) throws IOException {
        Configuration configuration = read(directory, "memory: true\n" + more, "");
        return new ConfiguredHub(HubServer.start(ServeOptions.of(configuration, null, null)));
    }

    /** Starts one whose places of Mercure have a line more each. */
    static ConfiguredHub startWithPlaces(Path directory, String line) throws IOException {
        Configuration configuration = read(directory, "memory: true\n", "    " + line + "\n");
        return new ConfiguredHub(HubServer.start(ServeOptions.of(configuration, null, null)));
    }

    /** Starts one with its history in the directory. */
    static ConfiguredHub startOnDisk(Path directory, String more) throws IOException {
        Configuration configuration = read(directory, "data: data\n" + more, "");
        return new ConfiguredHub(HubServer.start(ServeOptions.of(configuration, null, null)));
    }

    /** Starts one over a log of its own. */
    static ConfiguredHub startOver(Path directory, Storage storage) throws IOException {
        Configuration configuration = read(directory, "memory: true\n", "");
        return new ConfiguredHub(HubServer.start(new ServeOptions(configuration, storage, null)));
    }

    private static Configuration read(Path directory, String more, String places) throws IOException {
        return Sources.of(Map.of())
                .withFile(write(directory, more, places))
                .read()
                .configuration();
    }

    /** Writes the configuration of such a hub. */
    static Path write(Path directory, String more, String places) throws IOException {
        String text = """
                listen: 127.0.0.1:0
                heartbeat: 1s
                authorization:
                  keys:
                    - secret: %1$s
                    - secret: %1$s
                      issuer: %3$s
                    - secret: %2$s
                      issuer: %4$s
                    - secret: %2$s
                      issuer: %5$s
                      use: subscribe
                  anonymous: {read: true}
                mercure:
                  - path: /.well-known/mercure
                    subscriptions: true
                PLACES  - path: /mercure
                    draft: 8
                    subscriptions: true
                    public-url: [%6$s, %7$s]
                PLACES""".formatted(KEY, OTHER_KEY, ISSUER, OTHER_ISSUER, READERS_ISSUER, AUDIENCE, OTHER_AUDIENCE);
        return Files.writeString(directory.resolve("pharos.yaml"), text.replace("PLACES", places) + more);
    }

    int port() {
        return server.address().getPort();
    }

    Target target(int draft) {
        return target(URI.create("http://127.0.0.1:" + port()), draft);
    }

    /** What has to be known of such a hub at an address. */
    static Target target(URI site, int draft) {
        URI url = site.resolve(draft == 8 ? PATH_08 : "/.well-known/mercure");
        return new Target(url, draft, KEY, ISSUER, AUDIENCE, null, 1, true);
    }

    @Override
    public void close() {
        server.close();
    }
}
