package dev.pharos.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine;

/** The two outputs of a command for people: results, and notices that are no results. */
record Terminal(PrintWriter out, PrintWriter err) implements Consumer<String> {

    static Terminal of(CommandLine commandLine) {
        return new Terminal(commandLine.getOut(), commandLine.getErr());
    }

    /** Says a notice on standard error. */
    @Override
    public void accept(String notice) {
        err.println("pharos: " + notice);
        err.flush();
    }

    /** Prints a line of the result. */
    void print(String line) {
        out.println(line);
        out.flush();
    }
}
