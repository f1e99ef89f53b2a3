package dev.pharos.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.pharos.bench.Footprint;
import dev.pharos.bench.HubProcess;
import dev.pharos.bench.Load;
import dev.pharos.bench.Plan;
import dev.pharos.bench.Tally;
import dev.pharos.client.HubUrl;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a hub. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Measure what a hub does on this machine.", ""},
        description = {
            "",
            "Starts a hub in a process of its own, opens many readers, publishes time stamps and counts what arrives."
                    + " The generator shares the machine with the hub; to compare figures, pin a hub to processors of"
                    + " its own (taskset) and give its --url. Exit code 1 when a delivery is missing or came twice.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos bench",
            "  pharos bench --connections 10000 --rate 10 --messages 100",
            "  pharos bench --connections 10000 --topics 10000 --rate 5000 --messages 50000",
            "  pharos bench --connections 15000 --idle 30 --messages 0"
        })
final class BenchCommand implements Callable<Integer> {

    private static final int FILES_FOR_OTHER_THINGS = 200;
    private static final double WARM_UP_SECONDS = 3;
    private static final double PASS_SECONDS = 10;
    private static final double QUIET_DELIVERIES_PER_SECOND = 20_000;
    private static final long SATURATING_MESSAGES = 20_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "1000", description = "Readers. Default: 1000")
    private int connections;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Events to publish in a pass. Default: for 10 s, at most 20000 without a pace")
    private @Nullable Long messages;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events a second; 0 is as fast as the hub takes them. Default: one pass at a quiet pace, then"
                    + " one at 0")
    private @Nullable Double rate;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "100",
            description = "Of an event's data. Default: 100")
    private int size;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "1",
            description = "Topics; readers and events are spread over them evenly. Default: 1")
    private int topics;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "How long to watch the connections doing nothing. Default: 3")
    private int idle;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Measure this hub, over http, instead of one of its own; then without its processor time and memory.")
    private @Nullable String url;

    @Option(names = "--transport", paramLabel = "KIND", defaultValue = "sse", description = "How to read: sse.")
    @SuppressWarnings("NullAway.Init")
    private Transport transport;

    enum Transport {
        SSE
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.of(spec.commandLine());
        check();
        try {
            return measure(terminal) ? 0 : 1;
        } catch (IOException e) {
            terminal.accept(e.getMessage() == null ? e.toString() : e.getMessage());
            return 1;
        }
    }

    private void check() {
        atLeast("--connections", connections, 1);
        atLeast("--size", size, Plan.LEAST_SIZE);
        atLeast("--topics", topics, 1);
        atLeast("--idle", idle, 0);
        atLeast("--messages", messages == null ? 0 : messages, 0);
        atLeast("--rate", rate == null ? 0 : rate.longValue(), 0);
        if (topics > connections) {
            throw wrong("--topics " + topics + " is more than --connections " + connections
                    + ": some would have no reader");
        }
    }

    private boolean measure(Terminal terminal) throws Exception {
        long files = openFiles();
        if (connections + FILES_FOR_OTHER_THINGS > files) {
            throw new IOException(connections
                    + " connections need as many open files and a few more, and this process may"
                    + " have " + files + ". Run 'ulimit -n " + (connections + 1000) + "' before, raise the limit in"
                    + " /etc/security/limits.conf, or take fewer --connections");
        }
        if (url != null) {
            return measure(terminal, url, null);
        }
        try (HubProcess hub = HubProcess.start(Launcher.words())) {
            return Interrupt.during(() -> measure(terminal, hub.url(), hub), hub::stop);
        }
    }

    private boolean measure(Terminal terminal, String where, @Nullable HubProcess hub)
            throws IOException, InterruptedException {
        Plan plan = new Plan(address(where), path(where), connections, topics, size);
        int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
        terminal.print("%,d readers (%s) of %,d topics at %s, events of %,d bytes"
                .formatted(connections, transport, topics, where, size));
        Footprint before = hub == null ? Footprint.UNKNOWN : Footprint.of(hub);
        try (Load load = Load.connect(plan, threads)) {
            terminal.print("connect    %,.0f connections/s".formatted(connections / load.connectSeconds()));
            if (hub != null && idle > 0) {
                idle(terminal, hub, before);
            }
            boolean good = true;
            if (messages == null || messages > 0) {
                load.warmUp(WARM_UP_SECONDS);
                if (rate != null) {
                    good = pass(terminal, load, hub, rate);
                } else {
                    double quiet = Math.clamp(QUIET_DELIVERIES_PER_SECOND * topics / connections, 1, 1000);
                    good = pass(terminal, load, hub, Math.rint(quiet));
                    good = pass(terminal, load, hub, 0) && good;
                }
            }
            if (load.dropped() > 0) {
                terminal.print("dropped    %,d connections were ended by the hub".formatted(load.dropped()));
            }
            return good && load.dropped() == 0;
        }
    }

    private void idle(Terminal terminal, HubProcess hub, Footprint before) throws IOException, InterruptedException {
        Duration cpu = hub.cpu();
        TimeUnit.SECONDS.sleep(idle);
        double share = (hub.cpu().toNanos() - cpu.toNanos()) / 1e9 / idle;
        Footprint after = Footprint.of(hub);
        terminal.print("idle       %s a connection; %.1f %% of a processor in %d s"
                .formatted(after.since(before, connections), 100 * share, idle));
    }

    private boolean pass(Terminal terminal, Load load, @Nullable HubProcess hub, double pace)
            throws IOException, InterruptedException {
        Duration cpuBefore = hub == null ? Duration.ZERO : hub.cpu();
        long most = messages != null ? messages : pace > 0 ? (long) (pace * PASS_SECONDS) : SATURATING_MESSAGES;
        Load.Result result = load.pass(most, pace, messages != null ? Integer.MAX_VALUE : PASS_SECONDS);
        Tally tally = result.tally();
        terminal.print("%-10s %,.0f deliveries/s: %,d in %.1f s from %,d events, %,d missing, %,d twice"
                .formatted(
                        pace > 0 ? "%,.0f/s".formatted(pace) : "saturated",
                        tally.delivered() / result.seconds(),
                        tally.delivered(),
                        result.seconds(),
                        result.published(),
                        tally.missing(),
                        tally.repeated()));
        Histogram micros = tally.micros();
        terminal.print("           latency ms: p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f"
                .formatted(
                        micros.getValueAtPercentile(50) / 1e3,
                        micros.getValueAtPercentile(90) / 1e3,
                        micros.getValueAtPercentile(99) / 1e3,
                        micros.getValueAtPercentile(99.9) / 1e3,
                        micros.getMaxValue() / 1e3));
        if (hub != null && tally.delivered() > 0) {
            double used = (hub.cpu().toNanos() - cpuBefore.toNanos()) / 1e9;
            terminal.print("           hub: %.2f µs of processor time a delivery, %.2f s in all"
                    .formatted(used * 1e6 / tally.delivered(), used));
        }
        return tally.missing() == 0 && tally.repeated() == 0;
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    private InetSocketAddress address(String where) {
        URI endpoint = endpoint(where);
        InetSocketAddress address =
                new InetSocketAddress(endpoint.getHost(), endpoint.getPort() < 0 ? 80 : endpoint.getPort());
        if (address.isUnresolved()) {
            throw wrong("--url: there is no host '" + endpoint.getHost() + "'");
        }
        return address;
    }

    private String path(String where) {
        return endpoint(where).getRawPath();
    }

    private URI endpoint(String where) {
        URI endpoint;
        try {
            endpoint = HubUrl.of(where).endpoint();
        } catch (IllegalArgumentException e) {
            throw wrong("--url: " + e.getMessage());
        }
        if (!endpoint.getScheme().equalsIgnoreCase("http")) {
            throw wrong("--url: the generator speaks http only, got '" + where + "'");
        }
        return endpoint;
    }

    private void atLeast(String option, long value, long least) {
        if (value < least) {
            throw wrong(option + " is a number from " + least + ", got " + value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
