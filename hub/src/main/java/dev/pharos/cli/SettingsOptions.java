package dev.pharos.cli;

import dev.pharos.config.Configuration;
import dev.pharos.config.ListenAddress;
import dev.pharos.config.Mount;
import dev.pharos.config.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that configure a hub. What they say wins over the environment, and that over the file. */
final class SettingsOptions {

    private static final String FILE = "PHAROS_CONFIG";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A file with settings (YAML). Default: $$PHAROS_CONFIG, else none. Everything in it can also be"
                            + " set by $$PHAROS_..., and by --set; 'pharos config keys' lists what there is.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting, such as limits.selectors=20. May be repeated.")
    private List<String> assignments = List.of();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where to listen; port 0 takes a free one. Default: 127.0.0.1:7070")
    private @Nullable String listen;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The directory for history, made if there is none. Default: ./pharos-data")
    private @Nullable String data;

    @Option(names = "--memory", description = "Keep history in memory only, so that a restart forgets it.")
    private boolean memory;

    @Option(
            names = "--fsync",
            paramLabel = "POLICY",
            description = "When an event is durable: 'always', before its publisher is answered and any reader sees it;"
                    + " 'interval=100ms', so much later at most; 'os', when the operating system likes. With the last"
                    + " two, a crash of the machine loses what was younger, and readers are told. Default: always")
    private @Nullable String fsync;

    @Option(
            names = "--retain-bytes",
            paramLabel = "SIZE",
            description = "How much history to keep, such as 500MB. Default: 1GiB")
    private @Nullable String retainBytes;

    @Option(
            names = "--retain-age",
            paramLabel = "TIME",
            description = "How long to keep history, such as 12h. Default: 7d")
    private @Nullable String retainAge;

    @Option(
            names = "--retain-count",
            paramLabel = "N",
            description = "How many events to keep. Default: as many as size and age allow")
    private @Nullable String retainCount;

    @Option(
            names = "--cors",
            arity = "1..*",
            paramLabel = "ORIGIN",
            description = "Origins whose pages may read and publish, such as https://shop.example; '*' is any.")
    private @Nullable List<String> cors;

    @Option(
            names = "--open",
            description = "Let anybody who can reach the address read and publish. A hub without keys needs it for any"
                    + " address that other machines can reach.")
    private boolean open;

    @Option(
            names = "--transport",
            paramLabel = "KIND",
            description = "How to talk to the kernel: auto, epoll, nio or io_uring. Default: auto")
    private @Nullable String transport;

    /** Whether a file is named by a flag. */
    boolean namesFile() {
        return config != null;
    }

    /**
     * Where the configuration is to be read from.
     *
     * @param other a file that was named in another way, or null
     */
    Sources sources(@Nullable Path other) {
        Map<String, String> environment = System.getenv();
        String named = environment.get(FILE);
        Path file = config != null ? config : other;
        if (file == null && named != null && !named.isEmpty()) {
            file = Path.of(named);
        }
        Sources sources = Sources.of(environment).withFile(file);
        sources = with(sources, "--listen", listen);
        sources = with(sources, "--data", data);
        sources = with(sources, "--memory", memory ? "true" : null);
        sources = with(sources, "--fsync", fsync);
        sources = with(sources, "--retain-bytes", retainBytes);
        sources = with(sources, "--retain-age", retainAge);
        sources = with(sources, "--retain-count", retainCount);
        sources = with(sources, "--open", open ? "true" : null);
        sources = with(sources, "--transport", transport);
        if (cors != null) {
            sources = sources.withFlag("--cors", cors);
        }
        for (String assignment : assignments) {
            sources = sources.withAssignment(assignment);
        }
        return sources;
    }

    private static Sources with(Sources sources, String flag, @Nullable String value) {
        return value == null ? sources : sources.withFlag(flag, List.of(value));
    }

    /** What to tell a user of where history is. */
    static String describe(Configuration configuration) {
        Path directory = configuration.history().directory();
        return directory == null
                ? "History is in memory: a restart forgets it."
                : "History is in " + directory.toAbsolutePath().normalize() + " and outlives a restart.";
    }

    /** What to tell a user of who may do what without a token. */
    static String access(Configuration configuration) {
        if (!configuration.hasKeys()) {
            return configuration.network().open()
                    ? "It has no keys: anybody who can reach it may read and publish."
                    : "It has no keys, so it answers programs on this machine only.";
        }
        boolean read = configuration.authorization().anonymousRead();
        boolean publish = configuration.authorization().anonymousPublish();
        return "It has keys: "
                + (publish
                        ? "anybody may publish, " + (read ? "and read" : "to read takes a token")
                        : read ? "anybody may read, to publish takes a token" : "to read and to publish takes a token")
                + ".";
    }

    /** What to tell a user of where a hub would be, and what it would speak there. */
    static String places(Configuration configuration) {
        StringBuilder text = new StringBuilder("a hub at ")
                .append(ListenAddress.text(configuration.network().listen()))
                .append(" with events at /events");
        for (Mount mount : configuration.mercure()) {
            text.append(", Mercure ")
                    .append(mount.draft() == Mount.Draft.D07 ? "07" : "08")
                    .append(" at ")
                    .append(mount.path());
        }
        return text.append('.').toString();
    }
}
