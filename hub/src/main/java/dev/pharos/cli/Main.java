package dev.pharos.cli;

import dev.pharos.server.EchoServer;
import dev.pharos.server.HubServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.InstantSource;
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

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";
    private static final int HELP_WIDTH = 100;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String... args) {
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        }
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        boolean terminal = Boolean.getBoolean("pharos.terminal");
        System.exit(commandLine(System.in, out, terminal).execute(args));
    }

    /**
     * The command line over these streams.
     *
     * @param terminal whether people see {@code out} directly
     */
    static CommandLine commandLine(InputStream in, OutputStream out, boolean terminal) {
        return new CommandLine(new Main())
                .addSubcommand(new ServeCommand(HubServer::start))
                .addSubcommand(new PublishCommand(in))
                .addSubcommand(new SubscribeCommand(out, terminal))
                .addSubcommand(TokenCommand.commandLine(in, InstantSource.system()))
                .addSubcommand(ConfigCommand.commandLine())
                .addSubcommand(LogCommand.commandLine(in, out))
                .addSubcommand(new BenchCommand())
                .addSubcommand(new TortureCommand())
                .addSubcommand(new EchoCommand(EchoServer::start))
                .addSubcommand(new ConformanceCommand())
                .addSubcommand(new TrainCommand())
                .setUsageHelpWidth(HELP_WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::wrong)
                .setExecutionExceptionHandler(Main::failed);
    }

    /** Says in one line what is wrong with the command line, and in another what may help. */
    private static int wrong(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        CommandSpec spec = command.getCommandSpec();
        String help = "Try '" + spec.qualifiedName() + " --help'.";
        String what = String.valueOf(e.getMessage())
                .replaceFirst("is not an? (?:int|long)$", "is not a whole number")
                .replaceFirst("is not a double$", "is not a number");
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().getFirst();
            if (word.startsWith("-")) {
                what = "there is no option '" + word + "'";
            } else if (spec.subcommands().isEmpty()) {
                what = "'" + word + "' is one word too many; put text with spaces in quotes";
            } else {
                what = "there is no command '" + word + "'";
            }
            help = Nearest.to(word, spec)
                            .map(near -> "Did you mean '" + near + "'? ")
                            .orElse("")
                    + help;
        }
        command.getErr().println("pharos: " + what);
        command.getErr().println(help);
        command.getErr().flush();
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
