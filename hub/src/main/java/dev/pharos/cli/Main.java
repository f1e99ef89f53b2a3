package dev.pharos.cli;

import dev.pharos.server.Wiring;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
        System.exit(commandLine(System.in).execute(args));
    }

    static CommandLine commandLine(InputStream in) {
        return new CommandLine(new Main())
                .addSubcommand(new ServeCommand(Wiring.HUB))
                .addSubcommand(new PublishCommand(in))
                .addSubcommand(new EchoCommand(Wiring.ECHO))
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::wrong)
                .setExecutionExceptionHandler(Main::failed);
    }

    /** Says what is wrong with the command line in one line, and where to read on. */
    private static int wrong(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("pharos: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println("pharos: this should not have happened");
        e.printStackTrace(err);
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
