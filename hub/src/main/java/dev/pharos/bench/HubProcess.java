package dev.pharos.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hub in a process of its own, and what that process uses.
 *
 * <p>Its heap is touched in advance, so that what the process grows by is memory outside of the heap.
 */
public final class HubProcess implements AutoCloseable {

    private static final Pattern URL = Pattern.compile("(http://\\S+)$");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final String HEAP = "-Xms512m -Xmx512m -XX:+AlwaysPreTouch";

    private final Process process;
    private final BufferedReader output;
    private final String url;

    private HubProcess(Process process, BufferedReader output, String url) {
        this.process = process;
        this.output = output;
        this.url = url;
    }

    /**
     * Starts a hub on a free port.
     *
     * @param launcher the program {@code pharos} and what comes before its command
     */
    public static HubProcess start(List<String> launcher) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("serve", "--memory", "--listen", "127.0.0.1:0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        String chosen = builder.environment().getOrDefault("PHAROS_JAVA_OPTS", "");
        builder.environment().put("PHAROS_JAVA_OPTS", (HEAP + " " + chosen).strip());
        Process process = builder.start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String ready = output.readLine();
        Matcher url = URL.matcher(ready == null ? "" : ready);
        if (!url.find()) {
            process.destroy();
            throw new IOException("the hub did not start" + (ready == null ? "" : ": " + ready));
        }
        return new HubProcess(process, output, url.group(1));
    }

    /** Where it listens. */
    public String url() {
        return url;
    }

    /** The processor time used so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Memory that is resident, in bytes; empty where the system does not tell it as Linux does. */
    public OptionalLong resident() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        return Files.exists(status) ? find(RESIDENT, Files.readString(status), 1024) : OptionalLong.empty();
    }

    /** Bytes of objects that are alive on the heap; empty without a JDK's {@code jcmd}. */
    public OptionalLong live() throws IOException, InterruptedException {
        File jcmd = new File(System.getProperty("java.home"), "bin/jcmd");
        if (!jcmd.canExecute()) {
            return OptionalLong.empty();
        }
        Process histogram = new ProcessBuilder(jcmd.getPath(), Long.toString(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        histogram.waitFor();
        return find(LIVE, text, 1);
    }

    private static OptionalLong find(Pattern pattern, String text, long unit) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1)) * unit) : OptionalLong.empty();
    }

    /** Tells it to stop, without waiting. */
    public void stop() {
        process.destroy();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        output.close();
    }
}
