package dev.pharos.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Runs the command line within the test: what went in, what came out. */
record Cli(int code, String out, String err) {

    static Cli run(String... args) {
        return run("", new ByteArrayOutputStream(), args);
    }

    static Cli run(String input, OutputStream results, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        CommandLine commands = Main.commandLine(in, results, false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int code = commands.execute(args);
        return new Cli(code, out.toString() + results, err.toString());
    }
}
