package dev.pharos.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A {@link VirtualDayHub} of a test: what it costs is its process' alone, and so are its files. */
final class FarHub implements AutoCloseable {

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI hub;
    private final URI clock;

    /**
     * Starts it.
     *
     * @param variables its own options as variables of the environment
     * @param options of its JVM
     */
    FarHub(Map<String, String> variables, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), VirtualDayHub.class.getName()));
        variables.forEach((name, value) -> command.add(name + "=" + value));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.US_ASCII);
        hub = address(said.readLine(), "hub ");
        clock = address(said.readLine(), "clock ");
    }

    private URI address(String line, String name) throws IOException {
        if (line == null || !line.startsWith(name)) {
            process.destroyForcibly();
            throw new IOException("the hub said " + line + " instead of where its " + name + "is");
        }
        return URI.create(line.substring(name.length()));
    }

    int port() {
        return hub.getPort();
    }

    void pass(Duration duration) throws IOException {
        ask(HttpRequest.newBuilder(clock.resolve("/?seconds=" + duration.toSeconds()))
                .POST(BodyPublishers.noBody()));
    }

    long subscriptions() throws IOException {
        return Long.parseLong(ask(HttpRequest.newBuilder(clock.resolve("/subscriptions"))));
    }

    /** The bytes of its live objects. */
    long heap() throws IOException {
        return Long.parseLong(ask(HttpRequest.newBuilder(clock.resolve("/heap"))));
    }

    /** The bytes of memory that its process has, where the system tells; else 0. */
    long resident() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .sum();
        }
    }

    private String ask(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException("the hub answers " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroyForcibly();
    }
}
