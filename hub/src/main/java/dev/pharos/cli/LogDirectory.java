package dev.pharos.cli;

import dev.pharos.config.History;
import dev.pharos.log.LogException;
import dev.pharos.log.LogFiles;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names the directory of a log, and what its commands have in common. */
final class LogDirectory {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The directory of the log. Default: ./" + History.DIRECTORY)
    private Path data = Path.of(History.DIRECTORY);

    Path path() {
        return data;
    }

    LogFiles files() {
        return LogFiles.in(data);
    }

    Terminal terminal() {
        return Terminal.of(spec.commandLine());
    }

    /** Shows how far a piece of work is, where people see it. */
    ProgressLine progress(String doing) {
        return new ProgressLine(spec.commandLine().getErr(), doing, Boolean.getBoolean("pharos.terminal.err"));
    }

    /** Does the work of a command; what fails is said in a sentence and is exit code 1. */
    int run(Work work) {
        try {
            return work.run();
        } catch (LogException e) {
            terminal().accept(String.valueOf(e.getMessage()));
            return 1;
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains("Broken pipe") || why.contains("closed")) {
                return 0; // whoever read this has enough
            }
            terminal().accept("the output cannot be written: " + why);
            return 1;
        }
    }

    /** What a command does; gives its exit code. */
    @FunctionalInterface
    interface Work {
        int run() throws IOException;
    }
}
