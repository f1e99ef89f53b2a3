package dev.pharos.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code pharos}: everything the hub can do from a terminal, each as a command of its own.
 *
 * <p>Exit codes: 0 it worked, 1 the operation failed, 2 the command line was wrong.
 */
@Command(
        name = "pharos",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = {"Realtime push for web applications: one POST publishes, any browser reads.", ""},
        footer = {
            "",
            "Start here:",
            "  pharos serve                      a hub on this machine: http://127.0.0.1:7070",
            "  pharos subscribe news             in a second terminal: read the topic 'news'",
            "  pharos publish news 'Hello'       in a third: publish to it",
            "",
            "'pharos COMMAND --help' explains a command, with examples.",
            "Exit codes: 0 it worked, 1 the operation failed, 2 the command line was wrong."
        })
public final class Main implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "which command? One of those below");
    }
}
