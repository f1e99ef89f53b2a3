package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.client.FakeHub;
import dev.pharos.client.FakeHub.Call;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands as processes of their own: signals and exit codes. */
@Timeout(120)
class ProcessTest {

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void endsStreamsCleanlyAndExitsWithZeroWhenTheHubIsStopped() throws Exception {
        Process serve = start("serve", "--memory", "--listen", "127.0.0.1:0");
        BufferedReader output = serve.inputReader();
        String first = output.readLine();
        assertThat(first).contains("is ready at http://127.0.0.1:");
        String url = first.substring(first.indexOf("http"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> stream = client.send(
                    HttpRequest.newBuilder(URI.create(url + "/events?topic=a&cursor=true"))
                            .header("Accept", "text/event-stream")
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            serve.destroy();
            String rest = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(rest).contains("retry: ");
            assertThat(serve.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(serve.exitValue()).isZero();
    }

    @Test
    void readsKeysAgainWhenItIsHungUp(@TempDir Path directory) throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef\n");
        Path file = Files.writeString(
                directory.resolve("pharos.yaml"), "authorization: {keys: [{secret-file: key}]}\nmemory: true\n");
        Path said = directory.resolve("said");
        Process serve = start(
                ProcessBuilder.Redirect.to(said.toFile()),
                "serve",
                "--config",
                file.toString(),
                "--listen",
                "127.0.0.1:0");
        assertThat(serve.inputReader().readLine()).contains("is ready at");
        Files.writeString(key, "too short");
        new ProcessBuilder("kill", "-HUP", Long.toString(serve.pid())).start().waitFor();
        await().untilAsserted(() -> assertThat(said)
                .content()
                .contains("the keys stay as they were")
                .contains("9 bytes"));
        Files.writeString(key, "another key of more than 32 bytes, as it must be");
        await().untilAsserted(() -> assertThat(said).content().contains("the keys were read again: 1 is in force"));
        assertThat(serve.isAlive()).isTrue();
        assertThat(said).content().doesNotContain("another key").doesNotContain("too short");
    }

    @Test
    void publishesWhatItHasReadBeforeItEnds() throws Exception {
        try (FakeHub hub = FakeHub.start()) {
            Process publish = start("publish", "--url", hub.url().toString(), "a", "-");
            OutputStream input = publish.getOutputStream();
            write(input, "one\n");
            Call first = hub.next();
            write(input, "two\n");
            publish.destroy();
            first.accept();
            Call second = hub.next();
            assertThat(second.body()).contains("two");
            second.accept();
            assertThat(publish.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(publish.exitValue()).isEqualTo(143);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private Process start(String... args) throws IOException {
        return start(ProcessBuilder.Redirect.INHERIT, args);
    }

    private Process start(ProcessBuilder.Redirect errors, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        processes.add(process);
        return process;
    }
}
