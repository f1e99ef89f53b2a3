package dev.pharos.attack;

import dev.pharos.testkit.RawHttp;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hub in a process of its own with a small heap, in which it must stay. */
final class ChildHub implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private final Process process;
    private final int port;

    private ChildHub(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one with a configuration; it takes connections when this returns. */
    static ChildHub start(Path configuration, int megabytes) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        java("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx" + megabytes + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.pharos.cli.Main",
                        "serve",
                        "--config",
                        configuration.toString()))
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                Thread.ofVirtual().start(() -> output.lines().forEach(System.out::println));
                return new ChildHub(process, Integer.parseInt(ready.group(1)));
            }
            said.append(line).append('\n');
        }
        process.destroyForcibly();
        throw new IOException("the hub did not start: " + said);
    }

    private static String java(String tool) {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + tool;
    }

    RawHttp connect() throws IOException {
        return RawHttp.connect(port);
    }

    /** The bytes of objects that are alive. */
    long live() throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(java("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        histogram.waitFor();
        Matcher total = LIVE.matcher(text);
        if (!total.find()) {
            throw new IOException("jcmd said: " + text.lines().limit(5).toList());
        }
        return Long.parseLong(total.group(1));
    }

    /** The processor time used so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
