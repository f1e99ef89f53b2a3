package dev.pharos.cli;

import dev.pharos.client.Backoff;
import dev.pharos.client.HubClient;
import dev.pharos.client.LineFormat;
import dev.pharos.client.LinePublisher;
import dev.pharos.client.Outcome;
import dev.pharos.log.Event;
import dev.pharos.log.InvalidEventException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
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

/** Publishes one event, or every line of standard input. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Publish an event, or every line of standard input as one.", ""},
        description = {
            "",
            "With DATA: one event; prints its id, or says why the hub did not take it.",
            "",
            "With '-': each line is published at once, and when lines come faster than the hub takes them, what has"
                    + " piled up goes out together, in order. While the hub is away, lines wait (up to 8 MiB, then"
                    + " reading pauses) and are sent when it is back. When the connection breaks before the hub has"
                    + " answered, the lines under way are sent again with the same idempotency key, so that each is"
                    + " published once. Text that is not UTF-8 is repaired. A line the hub refuses, or one above 1 MiB, is named on standard"
                    + " error and left out; the exit code is then 1.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos publish news 'Hello'",
            "  pharos publish news --type alert -- '-5 degrees'    '--' when DATA begins with '-'",
            "  tail -F app.log | pharos publish logs -             a log that others can watch",
            "  vmstat 1 | pharos publish machine -                 so can what any program prints"
        })
final class PublishCommand implements Callable<Integer> {

    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(2);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Where to publish: any string or IRI.")
    @SuppressWarnings("NullAway.Init")
    private String topic;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATA",
            defaultValue = "",
            description = "The text of the event; '-' reads lines from standard input; nothing is an empty text.")
    @SuppressWarnings("NullAway.Init")
    private String data;

    @Option(names = "--id", paramLabel = "ID", description = "The event's id. Default: the hub gives one.")
    private @Nullable String id;

    @Option(names = "--type", paramLabel = "TYPE", description = "What readers dispatch on: EventSource's event name.")
    private @Nullable String type;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Readers who ask for the latest only get the newest event of each key.")
    private @Nullable String key;

    @Option(
            names = "--retry",
            paramLabel = "MS",
            defaultValue = "-1",
            description = "Tells readers how many milliseconds to wait before they reconnect.")
    private long retry;

    @Option(names = "--private", description = "Only for readers with a grant for the topic.")
    private boolean isPrivate;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "With '-': how long to wait for an absent hub once the input has ended."
                    + " Default: ${DEFAULT-VALUE}")
    private long patience;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private HubOptions hub;

    private final InputStream in;

    PublishCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = Terminal.of(spec.commandLine());
        boolean lines = data.equals("-");
        if (lines && id != null) {
            throw wrong("--id names one event; it does not go with '-', where every line is one");
        }
        if (patience < 0) {
            throw wrong("--patience is a number of seconds from 0, got " + patience);
        }
        Event event = event(lines ? "" : data);
        try (HubClient client = hub.client()) {
            return (lines ? publishLines(client, event, terminal) : publishOne(client, event, terminal)) ? 0 : 1;
        }
    }

    private Event event(String text) {
        if (retry < -1 || (retry == -1 && spec.commandLine().getParseResult().hasMatchedOption("--retry"))) {
            throw wrong("--retry is a number of milliseconds from 0, got " + retry);
        }
        try {
            return Event.on(topic)
                    .id(id)
                    .type(type)
                    .key(key)
                    .retry(retry)
                    .isPrivate(isPrivate)
                    .data(text)
                    .build();
        } catch (InvalidEventException e) {
            throw wrong(e.getMessage());
        }
    }

    private static boolean publishOne(HubClient client, Event event, Terminal terminal) throws InterruptedException {
        return switch (client.publish(event)) {
            case Outcome.Accepted accepted -> {
                terminal.print(accepted.id());
                if (accepted.notice() != null) {
                    terminal.accept(accepted.notice());
                }
                yield true;
            }
            case Outcome.Refused refused -> {
                terminal.accept("not published: " + refused.sentence());
                yield false;
            }
            case Outcome.Away away -> {
                terminal.accept("not published: " + away.reason() + ". 'pharos serve' starts one here");
                yield false;
            }
        };
    }

    private boolean publishLines(HubClient client, Event template, Terminal terminal) throws Exception {
        LinePublisher publisher = new LinePublisher(
                client,
                new LineFormat(template),
                new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10), ThreadLocalRandom.current()),
                Duration.ofSeconds(patience),
                System::nanoTime,
                () -> UUID.randomUUID().toString(),
                terminal);
        return Interrupt.during(() -> publisher.run(in), () -> publisher.stop(AFTER_INTERRUPT));
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }
}
