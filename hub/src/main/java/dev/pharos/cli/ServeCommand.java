package dev.pharos.cli;

import dev.pharos.config.Authorization;
import dev.pharos.config.Configuration;
import dev.pharos.config.ConfigurationException;
import dev.pharos.config.Effective;
import dev.pharos.config.ListenAddress;
import dev.pharos.config.Sources;
import dev.pharos.server.ServeOptions;
import dev.pharos.server.Server;
import dev.pharos.server.UnusableKeyException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a hub until it is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Run a hub.", ""},
        description = {
            "",
            "Takes events by POST and gives them to every reader, at /events. Runs until Ctrl-C or SIGTERM; then every"
                    + " stream is ended cleanly, within two seconds, and readers come back by themselves when a hub is"
                    + " there again.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos serve                                    history in ./pharos-data outlives it",
            "  pharos serve --memory                           history goes with it",
            "  pharos serve --cors https://shop.example        pages of that site may read and publish",
            "  pharos serve --config pharos.yaml               everything else, keys among it",
            "  pharos serve --listen 0.0.0.0:7070 --open       for everybody in a network you trust",
            "  PHAROS_JAVA_OPTS=-Xmx2g pharos serve            more memory"
        })
final class ServeCommand implements Callable<Integer> {

    private static final String BEARER = "-H \"Authorization: Bearer $TOKEN\" ";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SettingsOptions settings;

    @Option(
            names = "--record-syncs",
            hidden = true,
            paramLabel = "FILE",
            description = "Write down what is written and synced; for the torture test.")
    private @Nullable Path recordSyncs;

    private final Server.Starter<ServeOptions> starter;

    ServeCommand(Server.Starter<ServeOptions> starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine());
        Sources sources = settings.sources(null);
        Effective effective;
        try {
            effective = sources.read();
        } catch (ConfigurationException e) {
            return Problems.tell(e, spec);
        }
        Configuration configuration = effective.configuration();
        try {
            return Foreground.run(
                    starter,
                    ServeOptions.of(configuration, sources, recordSyncs),
                    configuration.network().listen(),
                    terminal,
                    (address, told) -> welcome(address, configuration, told));
        } catch (UnusableKeyException e) {
            return Problems.tell(effective.unusable(e.name(), ": " + e.getMessage()), spec);
        }
    }

    private static void welcome(InetSocketAddress address, Configuration configuration, Terminal terminal) {
        String url = ListenAddress.url(address);
        Authorization authorization = configuration.authorization();
        String read = configuration.hasKeys() && !authorization.anonymousRead() ? BEARER : "";
        String publish = configuration.hasKeys() && !authorization.anonymousPublish() ? BEARER : "";
        terminal.print("""
                Pharos %s is ready at %s
                %s

                  look      %s in a browser
                  read      curl -N %s'%s/events?topic=news'
                  publish   curl %s-d topic=news -d data=Hello %s/events
                  in a page new EventSource('%s/events?topic=news').onmessage = e => console.log(e.data)

                %s Ctrl-C stops it.""".formatted(
                        Version.number(),
                        url,
                        SettingsOptions.describe(configuration),
                        url,
                        read,
                        url,
                        publish,
                        url,
                        url,
                        SettingsOptions.access(configuration)));
    }
}
