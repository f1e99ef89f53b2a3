package dev.pharos.cli;

import dev.pharos.config.ConfigurationException;
import dev.pharos.config.Origin;
import dev.pharos.config.Problem;
import java.io.PrintWriter;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/** Tells what is wrong with a configuration: a line for each problem. */
final class Problems {

    private Problems() {}

    /** Tells it on standard error; the exit code is that of a wrong command line if only flags are wrong. */
    static int tell(ConfigurationException e, CommandSpec spec) {
        PrintWriter err = spec.commandLine().getErr();
        boolean flags = true;
        for (Problem problem : e.problems()) {
            err.println("pharos: " + problem.sentence());
            flags &= problem.origin() instanceof Origin.Flag;
        }
        if (flags) {
            err.println("Try '" + spec.qualifiedName() + " --help'.");
        }
        err.flush();
        return flags ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
}
