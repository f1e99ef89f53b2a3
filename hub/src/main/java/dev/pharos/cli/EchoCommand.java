package dev.pharos.cli;

import dev.pharos.config.ListenAddress;
import dev.pharos.server.EchoOptions;
import dev.pharos.server.Server;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the echo application that protocol suites test. */
@Command(
        name = "echo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Run a small application that sends back what it gets, for protocol test suites.", ""},
        description = {
            "",
            "/echo/websocket returns every WebSocket message, text or binary, up to 16 MiB and 65,536 fragments.",
            "/echo, /disabled_websocket_echo, /cookie_needed_echo and /close are the services of the SockJS suite.",
            "/engine.io/ and /socket.io/ are what the Engine.IO 4 and Socket.IO 5 suites want, with pings each 300 ms.",
            ""
        },
        footer = {"", "Example:", "  pharos echo --listen 127.0.0.1:9001"})
final class EchoCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7071",
            description = "Where to listen; port 0 takes a free one. Default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private String listen;

    private final Server.Starter<EchoOptions> starter;

    EchoCommand(Server.Starter<EchoOptions> starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address;
        try {
            address = ListenAddress.parse(listen);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--listen is '" + listen + "', but " + e.getMessage(), e);
        }
        return Foreground.run(
                starter,
                new EchoOptions(address),
                address,
                Terminal.of(spec.commandLine()),
                (at, terminal) -> terminal.print("Echo is ready at " + ListenAddress.url(at)));
    }
}
