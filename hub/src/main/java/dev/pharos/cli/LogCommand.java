package dev.pharos.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands that look after the history on disk. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = {"Look at the history on disk, check it, repair it, and take it elsewhere.", ""},
        description = {
            "",
            "Reads the files in the directory of a hub (--data). All but 'repair --yes' and 'import' change nothing and"
                    + " work beside a hub that runs.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos log stat                       how much there is, and from when",
            "  pharos log tail -f                    the newest events, and those that come",
            "  pharos log verify --data /var/pharos  reads every byte",
            "  pharos log export > events.ndjson     a backup, also while the hub runs",
            "",
            "Exit codes: 0 it worked, 1 it failed or the log is damaged, 2 the command line was wrong."
        })
final class LogCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private LogCommand() {}

    static CommandLine commandLine(InputStream in, OutputStream out) {
        return new CommandLine(new LogCommand())
                .addSubcommand(new LogStatCommand(out))
                .addSubcommand(new LogTailCommand(out))
                .addSubcommand(new LogVerifyCommand())
                .addSubcommand(new LogRepairCommand())
                .addSubcommand(new LogExportCommand(out))
                .addSubcommand(new LogImportCommand(in));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
