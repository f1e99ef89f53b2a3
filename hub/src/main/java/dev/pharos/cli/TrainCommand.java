package dev.pharos.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Does what the client commands do, so that the JVM can record which classes they need. Part of the build. */
@Command(
        name = "train",
        hidden = true,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Publishes and subscribes for the recording of the start-up caches.")
final class TrainCommand implements Callable<Integer> {

    private static final int ROUNDS = 20;

    @Parameters(paramLabel = "URL", description = "A hub of no importance.")
    @SuppressWarnings("NullAway.Init")
    private String url;

    @Override
    public Integer call() {
        String lines = "a line of a log\n".repeat(1000);
        boolean done = run("", "--help") == 0 && run("", "publish", "--help") == 0;
        for (int i = 0; i < ROUNDS && done; i++) {
            done = run("", "publish", "--url", url, "--type", "t", "train", "data") == 0
                    && run(lines, "publish", "--url", url, "train", "-") == 0
                    && run("", "subscribe", "--url", url, "--last", "5", "train") == 0
                    && run("", "subscribe", "--url", url, "--json", "--last", "5", "train/{x}", "train") == 0;
        }
        return done ? 0 : 1;
    }

    private static int run(String input, String... args) {
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        CommandLine commands = Main.commandLine(in, new ClosesAtOnce(), false);
        PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return commands.setOut(nowhere).execute(args);
    }

    /** Ends a subscription with its first event, as {@code head} would. */
    private static final class ClosesAtOnce extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("closed");
        }
    }
}
