package dev.pharos.cli;

import dev.pharos.client.Backoff;
import dev.pharos.client.HubClient;
import dev.pharos.client.Selection;
import dev.pharos.client.Subscriber;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the events of topics as they come. */
@Command(
        name = "subscribe",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Print the events of one or more topics as they come.", ""},
        description = {
            "",
            "Prints the data of each event on a line; a line break within it is shown as \\n. When the connection"
                    + " breaks or the hub restarts, it reconnects and goes on where it was, without repeating an event."
                    + " If events were lost meanwhile, it says so on standard error. Ends when its output is closed,"
                    + " when the hub refuses, and by Ctrl-C.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos subscribe news",
            "  pharos subscribe --last 10 logs                  the newest ten first",
            "  pharos subscribe --json 'orders/{id}' | jq .     many topics, with all that belongs to an event",
            "  pharos subscribe --last-event-id earliest news   all that is kept"
        })
final class SubscribeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "TOPIC",
            description = "A topic, a URI template such as 'orders/{id}', or '*' for all.")
    @SuppressWarnings("NullAway.Init")
    private List<String> topics;

    @Option(names = "--last", paramLabel = "N", description = "Begin with the N newest events.")
    private @Nullable Integer last;

    @Option(
            names = "--last-event-id",
            paramLabel = "ID",
            description = "Begin behind the event with this id; 'earliest' begins with the oldest that is kept.")
    private @Nullable String lastEventId;

    @Option(
            names = "--json",
            description = "Print each event as a JSON object on a line: id, topics, type, data, key, time.")
    private boolean json;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private HubOptions hub;

    private final OutputStream out;
    private final boolean terminal;

    SubscribeCommand(OutputStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (last != null && last < 0) {
            throw new ParameterException(spec.commandLine(), "--last is a number of events from 0, got " + last);
        }
        Selection selection = new Selection(topics, last == null ? -1 : last, lastEventId, json);
        try (HubClient client = hub.client()) {
            Subscriber subscriber = new Subscriber(
                    client,
                    selection,
                    new EventPrinter(out, terminal),
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), ThreadLocalRandom.current()),
                    System::nanoTime,
                    Terminal.of(spec.commandLine()));
            return subscriber.run() ? 0 : 1;
        }
    }
}
