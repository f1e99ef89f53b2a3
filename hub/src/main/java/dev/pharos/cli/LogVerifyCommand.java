package dev.pharos.cli;

import dev.pharos.log.LogFiles.Finding;
import dev.pharos.log.LogFiles.Positions;
import dev.pharos.log.LogFiles.Summary;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads every byte of a log. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Read every byte of a log and tell what is not as it was written.", ""},
        description = {
            "",
            "A line for each finding, which begins with",
            "  damage  what was on the disk for good is not as it was written: a start refuses it, or a reader meets it",
            "  mended  the next start puts it right by itself, such as what a crash left behind the last sync",
            "  note    nothing is wrong with the log, such as a file that is none of it",
            "",
            "Exit code 1 when there is damage; 'pharos log repair' then tells what can be saved. Beside a running hub,"
                    + " what is being written is taken for not there.",
            ""
        },
        footer = {"", "Examples:", "  pharos log verify", "  pharos log verify --data /var/pharos || mail -s pharos me"
        })
final class LogVerifyCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogDirectory log;

    @Override
    public Integer call() {
        return log.run(() -> {
            Summary summary;
            try (ProgressLine progress = log.progress("verifying")) {
                summary = log.files().summary(true, progress);
            }
            Terminal terminal = log.terminal();
            for (Finding finding : summary.findings()) {
                terminal.print(line(finding));
            }
            terminal.print(String.format(
                    Locale.ROOT,
                    "%s: %,d events in %,d segments, %,d bytes",
                    summary.isDamaged() ? "damaged" : "whole",
                    summary.events(),
                    summary.segments().size(),
                    summary.bytes()));
            if (summary.isDamaged()) {
                terminal.accept("'pharos log repair --data " + log.path() + "' tells what can be saved");
            }
            return summary.isDamaged() ? 1 : 0;
        });
    }

    static String line(Finding finding) {
        String weight = switch (finding.weight()) {
            case NOTE -> "note";
            case MENDED -> "mended";
            case DAMAGE -> "damage";
        };
        return String.format(
                Locale.ROOT,
                "%-7s %s at %d: %s%s",
                weight,
                finding.file(),
                finding.offset(),
                finding.what(),
                positions(finding.affected()));
    }

    /** What to add to a sentence about events that are missing. */
    static String positions(@org.jspecify.annotations.Nullable Positions positions) {
        if (positions == null) {
            return "";
        }
        return positions.count() == 1
                ? "; the event at position " + positions.first()
                : "; events from position %d to %d".formatted(positions.first(), positions.last());
    }
}
