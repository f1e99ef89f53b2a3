package dev.pharos.cli;

import dev.pharos.config.Configuration;
import dev.pharos.config.ConfigurationException;
import dev.pharos.config.Effective;
import dev.pharos.config.Reference;
import dev.pharos.config.Sources;
import dev.pharos.server.KeyRing;
import dev.pharos.server.UnusableKeyException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that look at the configuration of a hub without running one. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = {"Look at the configuration of a hub: check it, print it, explain it.", ""},
        footer = {
            "",
            "Examples:",
            "  pharos config check pharos.yaml    a line for each problem, or one that says what it is",
            "  pharos config print pharos.yaml    what would be in force, and where each value comes from",
            "  pharos config keys                 everything that can be set",
            "",
            "Exit codes: 0 it is good, 1 it is not, 2 the command line was wrong."
        })
final class ConfigCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private ConfigCommand() {}

    static CommandLine commandLine() {
        return new CommandLine(new ConfigCommand())
                .addSubcommand(new Check())
                .addSubcommand(new Print())
                .addSubcommand(new Keys());
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** Reads the configuration as {@code serve} would. */
    abstract static class Reading implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin
        @SuppressWarnings("NullAway.Init")
        private SettingsOptions settings;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "The same as --config FILE.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            if (file != null && settings.namesFile()) {
                throw new ParameterException(spec.commandLine(), "FILE and --config are the same; leave one out");
            }
            try {
                Sources sources = settings.sources(file);
                Effective effective = sources.read();
                refuseUnusableKeys(effective);
                done(sources, effective, Terminal.of(spec.commandLine()));
                return 0;
            } catch (ConfigurationException e) {
                return Problems.tell(e, spec);
            }
        }

        private static void refuseUnusableKeys(Effective effective) {
            try {
                KeyRing.check(effective.configuration().authorization().keys());
            } catch (UnusableKeyException e) {
                throw effective.unusable(e.name(), ": " + e.getMessage());
            }
        }

        abstract void done(Sources sources, Effective effective, Terminal terminal);
    }

    /** Says what is wrong with a configuration. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            header = {"Say what is wrong with a configuration, a line for each problem.", ""},
            description = {
                "",
                "Reads the file, the environment and flags as 'serve' does, and the keys they name. Starts nothing.",
                "When nothing is wrong, a line says what hub it would be.",
                ""
            },
            footer = {"", "Example:", "  pharos config check pharos.yaml && systemctl restart pharos"})
    static final class Check extends Reading {
        @Override
        void done(Sources sources, Effective effective, Terminal terminal) {
            Configuration configuration = effective.configuration();
            terminal.out()
                    .println("pharos: " + sources.file().map(Path::toString).orElse("the configuration")
                            + " is good: " + SettingsOptions.places(configuration) + " "
                            + SettingsOptions.access(configuration));
            terminal.out().flush();
        }
    }

    /** Prints the configuration that would be in force. */
    @Command(
            name = "print",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            header = {"Print what would be in force, and where each value comes from.", ""},
            description = {
                "",
                "What it prints can be used as a file. Secrets are hidden; names of files with secrets are not.",
                ""
            },
            footer = {"", "Example:", "  PHAROS_HEARTBEAT=30s pharos config print pharos.yaml --listen 127.0.0.1:80"})
    static final class Print extends Reading {
        @Override
        void done(Sources sources, Effective effective, Terminal terminal) {
            terminal.out().print(effective.yaml());
            terminal.out().flush();
        }
    }

    /** Explains every setting. */
    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            header = {"List everything that can be set: its key, its default, what it does.", ""},
            footer = {"", "Example:", "  pharos config keys"})
    static final class Keys implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(names = "--markdown", description = "As a table for a document.")
        private boolean markdown;

        @Override
        public Integer call() {
            Terminal terminal = Terminal.of(spec.commandLine());
            terminal.out().print(markdown ? Reference.markdown() : Reference.text());
            terminal.out().flush();
            return 0;
        }
    }
}
