package dev.pharos.cli;

import dev.pharos.server.ServeOptions;
import dev.pharos.server.ServeOptions.Transport;
import dev.pharos.server.Server;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
            "  pharos serve --listen 0.0.0.0:7070 --open       for everybody in a network you trust",
            "  PHAROS_JAVA_OPTS=-Xmx2g pharos serve            more memory"
        })
final class ServeCommand implements Callable<Integer> {

    private static final Pattern ORIGIN =
            Pattern.compile("\\*|[a-z][a-z0-9+.-]*://(?:\\[[0-9a-f:.]+]|[^/?#@:\\s]+)(?::\\d+)?");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7070",
            description = "Where to listen; port 0 takes a free one. Default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private String listen;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private StorageOptions storage;

    @Option(
            names = "--cors",
            arity = "1..*",
            paramLabel = "ORIGIN",
            description = "Origins whose pages may read and publish, such as https://shop.example; '*' is any.")
    private List<String> cors = List.of();

    @Option(
            names = "--open",
            description = "Let anybody who can reach the address read and publish. Needed for any address that other"
                    + " machines can reach, as this hub has no keys.")
    private boolean open;

    @Option(
            names = "--transport",
            paramLabel = "KIND",
            defaultValue = "auto",
            description = "How to talk to the kernel: auto, epoll, nio or io_uring. Default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private Transport transport;

    private final Server.Starter<ServeOptions> starter;

    ServeCommand(Server.Starter<ServeOptions> starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServeOptions options = options();
        return Foreground.run(starter, options, options.listen(), Terminal.of(spec.commandLine()), this::welcome);
    }

    private ServeOptions options() {
        InetSocketAddress address;
        try {
            address = ListenAddress.parse(listen);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--listen: " + e.getMessage(), e);
        }
        if (!open && !address.getAddress().isLoopbackAddress()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--listen " + listen + " can be reached by other machines, and this hub has no keys: whoever"
                            + " reaches it could read and publish everything. Add --open if that is meant, or listen on"
                            + " 127.0.0.1 and put a proxy in front");
        }
        for (String origin : cors) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--cors: '" + origin + "' is not an origin; write scheme, host and port only, in lower case,"
                                + " such as https://shop.example or http://localhost:3000");
            }
        }
        return new ServeOptions(address, storage.storage(), cors, open, transport);
    }

    private void welcome(InetSocketAddress address, Terminal terminal) {
        String url = ListenAddress.url(address);
        terminal.print("""
                Pharos %s is ready at %s
                %s

                  look      %s in a browser
                  read      curl -N '%s/events?topic=news'
                  publish   curl -d topic=news -d data=Hello %s/events
                  in a page new EventSource('%s/events?topic=news').onmessage = e => console.log(e.data)

                %s Ctrl-C stops it.""".formatted(
                        Version.number(),
                        url,
                        storage.describe(),
                        url,
                        url,
                        url,
                        url,
                        open
                                ? "It has no keys: anybody who can reach it may read and publish."
                                : "It has no keys, so it answers programs on this machine only."));
    }
}
