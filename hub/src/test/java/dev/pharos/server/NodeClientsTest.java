package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Runs the clients written in JavaScript, in Node.js and in Chromium, and reports each of their tests as one of this class.
 *
 * <p>They are in the folder {@code clients} and start hubs of their own from this class path. {@code -Dpharos.clients=none}
 * leaves them out on a machine without Node.js or Chromium.
 */
class NodeClientsTest {

    private static final Path CLIENTS =
            Path.of("..", "clients").toAbsolutePath().normalize();
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long MOST_MINUTES = 15;

    private static final String REMEDY =
            ". These tests need Node.js 20.18.1 or later with npm, curl and Chromium (Debian:"
                    + " apt-get install nodejs npm curl chromium); -Dpharos.clients=none leaves them out";

    @TestFactory
    Stream<DynamicNode> realClients() throws Exception {
        assumeTrue(
                !System.getProperty("pharos.clients", "all").equals("none"),
                "left out on purpose by -Dpharos.clients=none");
        for (String program : List.of("node", "npm", "curl")) {
            assertThat(isOnPath(program))
                    .as(program + " is not on the PATH" + REMEDY)
                    .isTrue();
        }
        assertThat(run("npm-ci.log", "npm", "ci", "--no-audit", "--no-fund"))
                .as("npm ci failed, see target/npm-ci.log")
                .isZero();
        Path results = TARGET.resolve("node-clients.xml");
        Files.deleteIfExists(results);
        int exit = run(
                "node-clients.log",
                "node",
                "--test",
                "--test-reporter=junit",
                "--test-reporter-destination=" + results,
                "--test-reporter=spec",
                "--test-reporter-destination=stdout");
        assertThat(results)
                .as("node ended with %d, see target/node-clients.log", exit)
                .isNotEmptyFile();
        List<DynamicNode> tests = reported(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(results.toFile())
                .getDocumentElement());
        assertThat(tests)
                .as("node ended with %d and no test, see target/node-clients.log", exit)
                .isNotEmpty();
        return Stream.concat(
                tests.stream(),
                Stream.of(dynamicTest(
                        "node --test ends well",
                        () -> assertThat(exit).as("see target/node-clients.log").isZero())));
    }

    private static List<DynamicNode> reported(Element parent) {
        List<DynamicNode> nodes = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                String name = element.getAttribute("name");
                switch (element.getTagName()) {
                    case "testsuite" -> nodes.add(dynamicContainer(name, reported(element)));
                    case "testcase" -> nodes.add(dynamicTest(name, () -> judge(element)));
                    default -> {}
                }
            }
        }
        return nodes;
    }

    private static void judge(Element test) {
        for (Node node = test.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element outcome) {
                switch (outcome.getTagName()) {
                    case "failure", "error" -> fail(outcome.getTextContent().strip());
                    case "skipped" -> assumeTrue(false, outcome.getAttribute("message"));
                    default -> {}
                }
            }
        }
    }

    private static int run(String log, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(CLIENTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(TARGET.resolve(log).toFile());
        builder.environment()
                .putAll(Map.of(
                        "PHAROS_JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "PHAROS_CLASS_PATH",
                        System.getProperty("java.class.path"),
                        "PHAROS_PICTURES",
                        TARGET.toString()));
        Process process = builder.start();
        if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail("%s did not end within %d minutes, see target/%s", command[0], MOST_MINUTES, log);
        }
        return process.exitValue();
    }

    private static boolean isOnPath(String program) {
        String path = String.valueOf(System.getenv("PATH"));
        return Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
