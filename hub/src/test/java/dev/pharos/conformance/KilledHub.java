package dev.pharos.conformance;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hub in a process of its own, which ends as {@code kill -9} ends it. */
final class KilledHub implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");

    private final Process process;
    private final URI site;

    private KilledHub(Process process, URI site) {
        this.process = process;
        this.site = site;
    }

    /** Starts a hub with a configuration; it takes connections when this returns. */
    static KilledHub start(Path configuration) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.pharos.cli.Main",
                        "serve",
                        "--config",
                        configuration.toString()))
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return new KilledHub(process, URI.create(ready.group(1)));
            }
            said.append(line).append('\n');
        }
        process.destroyForcibly();
        throw new IOException("the hub did not start: " + said);
    }

    Target target(int draft) {
        return ConfiguredHub.target(site, draft);
    }

    /** Ends it at once. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
