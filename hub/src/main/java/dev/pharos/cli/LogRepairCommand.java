package dev.pharos.cli;

import dev.pharos.log.LogRepair;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a damaged log one that a hub starts with. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Save what is whole of a damaged log.", ""},
        description = {
            "",
            "Without --yes it only tells what it would do, and what would be lost: the exit code is then 1 if there is"
                    + " something to do.",
            "",
            "Events that can be read keep their positions. Where events are lost a hole stays behind, and every reader"
                    + " who comes from before it is told 'lost'. The files as they were are kept beside the new ones, with"
                    + " '.damaged' behind their names. A log that is in use is refused: stop the hub first.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos log repair                          what would be done",
            "  pharos log repair --yes                    does it",
            "  pharos log repair --yes --discard          the same on a full disk: no copies are kept"
        })
final class LogRepairCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogDirectory log;

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Option(names = "--discard", description = "With --yes: keep no copies of the damaged files.")
    private boolean discard;

    @Override
    public Integer call() {
        if (discard && !yes) {
            throw new ParameterException(spec.commandLine(), "--discard goes with --yes");
        }
        return log.run(() -> {
            ProgressLine progress = log.progress("verifying");
            try (LogRepair repair = log.files().repair(progress)) {
                progress.close();
                return run(repair, log.terminal());
            }
        });
    }

    private int run(LogRepair repair, Terminal terminal) {
        if (repair.changes().isEmpty()) {
            terminal.print("nothing to repair");
            return 0;
        }
        for (LogRepair.Change change : repair.changes()) {
            terminal.print(change.file() + ": " + change.what() + LogVerifyCommand.positions(change.lost())
                    + (change.bytes() == 0 ? "" : String.format(Locale.ROOT, "; %,d bytes", change.bytes())));
        }
        String lost =
                String.format(Locale.ROOT, "at most %,d events, %,d bytes", repair.lostEvents(), repair.lostBytes());
        if (!yes) {
            terminal.print("would be lost: " + lost);
            terminal.accept("nothing has been done; --yes does it");
            return 1;
        }
        repair.apply(discard);
        terminal.print("repaired; lost: " + lost);
        return 0;
    }
}
