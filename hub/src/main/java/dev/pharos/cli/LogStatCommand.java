package dev.pharos.cli;

import dev.pharos.log.LogFiles;
import dev.pharos.log.LogFiles.Finding;
import dev.pharos.log.LogFiles.Positions;
import dev.pharos.log.LogFiles.SegmentSummary;
import dev.pharos.log.LogFiles.Summary;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Tells what a log holds. */
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Tell what a log holds: events, bytes, segments, holes, and whether it is in use.", ""},
        description = {
            "",
            "Believes the indexes of full segments; 'pharos log verify' reads every byte. Times are UTC. Exit code 1 when"
                    + " there is damage.",
            ""
        },
        footer = {"", "Examples:", "  pharos log stat", "  pharos log stat --data /var/pharos --json"})
final class LogStatCommand implements Callable<Integer> {

    private static final JsonFactory JSON = new JsonFactory();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogDirectory log;

    @Option(names = "--json", description = "For programs: one JSON object.")
    private boolean json;

    private final OutputStream out;

    LogStatCommand(OutputStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        return log.run(() -> {
            Summary summary;
            try (ProgressLine progress = log.progress("reading")) {
                summary = log.files().summary(false, progress);
            }
            if (json) {
                writeJson(summary);
            } else {
                print(summary, log.terminal());
            }
            return summary.isDamaged() ? 1 : 0;
        });
    }

    private void print(Summary summary, Terminal terminal) {
        terminal.print("log        " + log.path().toAbsolutePath().normalize());
        terminal.print("epoch      " + summary.epoch());
        terminal.print("state      "
                + (summary.inUse()
                        ? "in use"
                        : summary.closed() ? "closed cleanly" : "not closed cleanly; the next start looks after it"));
        terminal.print(String.format(Locale.ROOT, "events     %,d", summary.events())
                + (summary.survivors() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", %,d of them outlast their segment as the newest of a topic",
                                summary.survivors())));
        terminal.print(String.format(Locale.ROOT, "bytes      %,d", summary.bytes()));
        List<SegmentSummary> segments = summary.segments();
        if (!segments.isEmpty()) {
            terminal.print(String.format(
                    Locale.ROOT,
                    "positions  %d to %d",
                    segments.getFirst().first(),
                    segments.getLast().last()));
        }
        for (Positions hole : summary.holes()) {
            terminal.print(String.format(Locale.ROOT, "hole       %d to %d", hole.first(), hole.last()));
        }
        for (SegmentSummary segment : segments) {
            terminal.print(String.format(
                    Locale.ROOT,
                    "segment    %s  %,12d bytes  %,10d events%s",
                    segment.file(),
                    segment.bytes(),
                    segment.events(),
                    segment.events() == 0 ? "" : "  " + time(segment.oldest()) + " to " + time(segment.newest())));
        }
        for (Finding finding : summary.findings()) {
            terminal.print(LogVerifyCommand.line(finding));
        }
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void writeJson(Summary summary) throws IOException {
        try (JsonGenerator to = JSON.createGenerator(ObjectWriteContext.empty(), new Unclosed(out))) {
            to.writeStartObject();
            to.writeStringProperty("epoch", summary.epoch());
            to.writeBooleanProperty("inUse", summary.inUse());
            to.writeBooleanProperty("closed", summary.closed());
            to.writeNumberProperty("events", summary.events());
            to.writeNumberProperty("bytes", summary.bytes());
            to.writeNumberProperty("survivors", summary.survivors());
            to.writeArrayPropertyStart("segments");
            for (SegmentSummary segment : summary.segments()) {
                to.writeStartObject();
                to.writeStringProperty("file", segment.file());
                to.writeNumberProperty("first", segment.first());
                to.writeNumberProperty("last", segment.last());
                to.writeNumberProperty("bytes", segment.bytes());
                to.writeNumberProperty("events", segment.events());
                to.writeNumberProperty("oldest", segment.oldest());
                to.writeNumberProperty("newest", segment.newest());
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeArrayPropertyStart("holes");
            for (Positions hole : summary.holes()) {
                to.writeStartObject();
                to.writeNumberProperty("first", hole.first());
                to.writeNumberProperty("last", hole.last());
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeArrayPropertyStart("findings");
            for (LogFiles.Finding finding : summary.findings()) {
                to.writeStartObject();
                to.writeStringProperty("weight", finding.weight().name().toLowerCase(Locale.ROOT));
                to.writeStringProperty("file", finding.file());
                to.writeNumberProperty("offset", finding.offset());
                to.writeStringProperty("what", finding.what());
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeEndObject();
            to.writeRaw('\n');
        }
    }

    /** Standard output outlives what is written to it. */
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
