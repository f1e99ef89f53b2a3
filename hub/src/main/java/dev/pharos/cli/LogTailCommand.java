package dev.pharos.cli;

import dev.pharos.log.Entry;
import dev.pharos.log.LogReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the newest events of a log. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Print the newest events of a log, one JSON object a line.", ""},
        description = {
            "",
            "Reads the files, also beside a hub that writes them; private events are among them. What a hub is about to"
                    + " write may be seen here a moment before readers of the hub see it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos log tail",
            "  pharos log tail -n 1000 | jq -r .data",
            "  pharos log tail -f --data /var/pharos"
        })
final class LogTailCommand implements Callable<Integer> {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogDirectory log;

    @Option(names = "-n", paramLabel = "N", defaultValue = "10", description = "How many. Default: ${DEFAULT-VALUE}")
    private long count;

    @Option(names = "-f", description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    private final OutputStream out;

    LogTailCommand(OutputStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (count < 0) {
            throw new ParameterException(spec.commandLine(), "-n is a number of events from 0, got " + count);
        }
        return log.run(() -> {
            try (LogReader reader = log.files().readerOfNewest(count)) {
                return print(reader, new EventWriter(out));
            }
        });
    }

    private int print(LogReader reader, EventWriter writer) throws IOException {
        while (true) {
            List<Entry> entries = reader.read();
            for (Entry entry : entries) {
                writer.write(entry);
            }
            if (entries.isEmpty()) {
                writer.flush();
                if (!follow || Thread.interrupted()) {
                    return 0;
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
