package dev.pharos.cli;

import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Selectors;
import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.LogException;
import dev.pharos.log.LogFiles;
import dev.pharos.log.LogReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints all events of a log. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Print all events of a log in order, one JSON object a line.", ""},
        description = {
            "",
            "Works beside a running hub: what there is when it begins is in it, private events too. Idempotency keys are"
                    + " not. 'pharos log import' reads it back.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos log export | gzip > events.ndjson.gz",
            "  pharos log export --topic orders --topic 'https://shop.example/orders/{id}'",
            "  pharos log export --from pos:k3f9.1a2b       what came behind the event with that id"
        })
final class LogExportCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogDirectory log;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Only events with this topic, or one that matches this URI template; repeat it for more.")
    private List<String> topics = List.of(Selectors.ALL);

    @Option(
            names = "--from",
            paramLabel = "CURSOR",
            description = "Only events behind this cursor, such as pos:k3f9.1a2b.")
    private @Nullable String from;

    private final OutputStream out;

    LogExportCommand(OutputStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Selectors selectors = selectors();
        Cursor cursor = cursor();
        return log.run(() -> {
            LogFiles files = log.files();
            LogFiles.Summary summary = files.summary(false, (bytes, of) -> {});
            if (cursor != null) {
                check(cursor, summary);
            }
            // A hub that publishes faster than this writes must not keep it going for ever.
            long end = summary.segments().isEmpty()
                    ? Long.MAX_VALUE
                    : summary.segments().getLast().last();
            try (LogReader reader = files.readerBehind(cursor == null ? 0 : cursor.position());
                    ProgressLine progress = log.progress("exporting")) {
                write(reader, end, selectors, progress);
            }
            return 0;
        });
    }

    private void write(LogReader reader, long end, Selectors selectors, ProgressLine progress) throws IOException {
        EventWriter writer = new EventWriter(out);
        long count = 0;
        for (List<Entry> some = reader.read(); !some.isEmpty(); some = reader.read()) {
            for (Entry entry : some) {
                if (entry.position() > end) {
                    writer.flush();
                    return;
                }
                if (entry.event().topics().stream().anyMatch(selectors::selects)) {
                    writer.write(entry);
                    progress.events(++count);
                }
            }
        }
        writer.flush();
    }

    private void check(Cursor cursor, LogFiles.Summary summary) {
        long position = cursor.position();
        if (!cursor.epoch().equals(summary.epoch())) {
            throw new LogException("the cursor is of another log: its epoch is %s and that of the log %s"
                    .formatted(cursor.epoch(), summary.epoch()));
        }
        if (position > summary.end()) {
            throw new LogException("the cursor is beyond the end of the log");
        }
        if (summary.holes().stream().anyMatch(hole -> position >= hole.first() && position < hole.last())) {
            log.terminal()
                    .accept("the cursor is where a crash or a repair left a hole: events behind it may be missing");
        }
    }

    private Selectors selectors() {
        try {
            return Selectors.of(topics, Limits.DEFAULT);
        } catch (InvalidSelectorException e) {
            throw new ParameterException(spec.commandLine(), "--topic: " + e.getMessage());
        }
    }

    private @Nullable Cursor cursor() {
        if (from == null) {
            return null;
        }
        Cursor cursor = Cursor.parse(from);
        if (cursor == null) {
            throw new ParameterException(spec.commandLine(), "--from: " + Cursor.fault(from));
        }
        return cursor;
    }
}
