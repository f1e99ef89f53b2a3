package dev.pharos.cli;

import dev.pharos.hub.Limits;
import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.LogException;
import dev.pharos.log.SegmentLog;
import dev.pharos.log.SegmentLog.Retention;
import dev.pharos.log.SyncPolicy;
import dev.pharos.protocol.events.EventLines;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Appends events to a log. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Append events from a file, one JSON object a line, to a log.", ""},
        description = {
            "",
            "Makes a log if there is none. The hub must not run; to add to a running one, POST the file to it. Events get"
                    + " new positions and times; ids that begin with 'pos:' were places in another log and are left out."
                    + " A bad line ends it with its number and exit code 1; what was before it stays. Nothing is dropped"
                    + " to make room: the next start of the hub does that.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos log import events.ndjson --data ./copy",
            "  gunzip -c events.ndjson.gz | pharos log import -"
        })
final class LogImportCommand implements Callable<Integer> {

    private static final int EVENTS_AT_ONCE = 500;
    private static final int BYTES_AT_ONCE = 1 << 20;
    private static final int LINE_BYTES = 32 << 20;
    private static final Limits LIMITS = new Limits(100, 4096, 10_000, 1 << 20, 16 << 20, 1, 1);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogDirectory log;

    @Parameters(paramLabel = "FILE", description = "What to read; '-' for standard input.")
    @SuppressWarnings("NullAway.Init")
    private String file;

    private final InputStream standardIn;

    private final List<Event> pending = new ArrayList<>();
    private int pendingBytes;
    private long count;
    private @Nullable Entry first;
    private @Nullable Entry last;

    LogImportCommand(InputStream standardIn) {
        this.standardIn = standardIn;
    }

    @Override
    public Integer call() {
        return log.run(() -> {
            InputStream in;
            try {
                in = file.equals("-") ? standardIn : Files.newInputStream(Path.of(file));
            } catch (NoSuchFileException e) {
                throw new LogException("there is no file " + file, e);
            } catch (IOException e) {
                throw new LogException("%s cannot be read: %s".formatted(file, e), e);
            }
            try (in;
                    SegmentLog to = SegmentLog.open(log.path(), options());
                    ProgressLine progress = log.progress("importing")) {
                run(new BufferedInputStream(in, 64 << 10), to, progress);
            }
            Entry from = first;
            Entry until = last;
            log.terminal()
                    .print(String.format(Locale.ROOT, "imported %,d events", count)
                            + (from == null || until == null ? "" : ", " + cursor(from) + " to " + cursor(until)));
            return 0;
        });
    }

    private static Cursor cursor(Entry entry) {
        return new Cursor(entry.epoch(), entry.position());
    }

    /** Nothing is dropped here, whatever the bounds of the hub that this log is of. */
    private static SegmentLog.Options options() {
        return SegmentLog.Options.of(
                SyncPolicy.ALWAYS,
                Retention.DEFAULT
                        .withMaxBytes(Long.MAX_VALUE)
                        .withMaxAge(Duration.ofDays(100_000))
                        .withMaxEvents(Long.MAX_VALUE));
    }

    private void run(InputStream in, SegmentLog to, ProgressLine progress) {
        long number = 0;
        for (ByteBuffer line = line(in); line != null; line = line(in)) {
            number++;
            if (!line.hasRemaining()) {
                continue;
            }
            pendingBytes += line.remaining();
            try {
                if (line.remaining() > LINE_BYTES) {
                    throw new IllegalArgumentException("the line has more than %d MiB".formatted(LINE_BYTES >> 20));
                }
                pending.add(EventLines.read(line, LIMITS));
            } catch (IllegalArgumentException bad) {
                append(to);
                throw new LogException(
                        "line %d: %s; the %d events before it were imported".formatted(number, bad.getMessage(), count),
                        bad);
            }
            if (pending.size() == EVENTS_AT_ONCE || pendingBytes >= BYTES_AT_ONCE) {
                append(to);
                progress.events(count);
            }
        }
        append(to);
    }

    private void append(SegmentLog to) {
        try {
            List<Entry> entries =
                    to.append(List.copyOf(pending)).toCompletableFuture().join();
            if (!entries.isEmpty()) {
                first = first == null ? entries.getFirst() : first;
                last = entries.getLast();
                count += entries.size();
            }
        } catch (CompletionException failure) {
            throw new LogException(
                    "%s; the %d events before were imported"
                            .formatted(
                                    failure.getCause() instanceof LogException known ? known.getMessage() : failure,
                                    count),
                    failure);
        }
        pending.clear();
        pendingBytes = 0;
    }

    /** The next line without its end, or null; of one that is too long as much as shows that. */
    private @Nullable ByteBuffer line(InputStream in) {
        try {
            return someLine(in);
        } catch (IOException e) {
            throw new LogException(
                    "%s cannot be read: %s; the %d events before were imported".formatted(file, e.getMessage(), count),
                    e);
        }
    }

    private static @Nullable ByteBuffer someLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() <= LINE_BYTES) {
                line.write(next);
            }
        }
        byte[] bytes = line.toByteArray();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
