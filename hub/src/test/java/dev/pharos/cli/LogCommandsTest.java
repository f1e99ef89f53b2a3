package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.log.Cursor;
import dev.pharos.log.Event;
import dev.pharos.log.SegmentLog;
import dev.pharos.log.SegmentLog.Options;
import dev.pharos.log.SegmentLog.Retention;
import dev.pharos.log.SyncPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands for a log on disk, from what they are given to what they print. */
@Timeout(120)
class LogCommandsTest {

    private static final String HEAD = "head";

    @TempDir
    private Path directory;

    private int number;

    @ParameterizedTest
    @ValueSource(strings = {"stat", "tail", "verify", "repair", "export", "import"})
    void explainEachWithExamples(String command) {
        Cli help = Cli.run("log", command, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains("Usage: pharos log " + command)
                .contains("--data=DIR")
                .contains("Examples")
                .contains("pharos log " + command + (command.equals("import") ? " events" : ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stat", "tail", "verify", "repair", "export"})
    void sayWhyTheyCannotReadALog(String command) throws IOException {
        assertFails(log(command, directory.resolve("none")), "there is no directory");
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertFails(log(command, file), "is no directory");
        assertFails(log(command, directory), "has other files, such as 'file'");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertFails(log(command, empty), "is empty");
        assertThat(empty).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stat", "tail", "verify", "repair", "export"})
    void refuseALogOfANewerVersion(String command) throws IOException {
        write(3);
        // A head is checked before its version is looked at, and a segment likewise: both have checksums.
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[8] = 9;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, 0, 68);
        java.nio.ByteBuffer.wrap(bytes).putInt(68, (int) crc.getValue());
        Files.write(segment, bytes);
        assertFails(log(command, directory), "newer Pharos");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stat", "tail", "verify", "repair", "export"})
    void sayThatTheyHaveNoRightToReadALog(String command) throws IOException {
        write(3);
        Path head = directory.resolve(HEAD);
        Files.setPosixFilePermissions(head, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(head)).as("this user may read everything").isFalse();
        assertFails(log(command, directory), "no right");
    }

    @Test
    void statTellsWhatThereIs() throws IOException {
        write(40);
        Cli cli = log("stat", directory);
        assertThat(cli.code()).isZero();
        assertThat(cli.out())
                .contains("closed cleanly")
                .contains("events     40")
                .contains("positions  1 to 40")
                .contains("0000000000000000001.log");
        Cli json = log("stat", directory, "--json");
        assertThat(json.out())
                .startsWith("{\"epoch\":\"")
                .contains("\"inUse\":false,\"closed\":true,\"events\":40,")
                .contains("\"file\":\"0000000000000000001.log\",\"first\":1,")
                .endsWith("}\n")
                .hasLineCount(1);
    }

    @Test
    void statTellsThatALogIsInUse() throws IOException {
        write(3);
        try (SegmentLog held = open()) {
            assertThat(log("stat", directory).out()).contains("state      in use");
            assertThat(held.end()).isEqualTo(3);
        }
        assertThat(log("stat", directory).out()).contains("closed cleanly");
    }

    @Test
    void tailPrintsTheNewest() throws IOException {
        write(40);
        assertThat(log("tail", directory).out()).hasLineCount(10);
        Cli two = log("tail", directory, "-n", "2");
        assertThat(two.code()).isZero();
        assertThat(two.out())
                .contains("\"topics\":[\"topic0\"],\"data\":\"event 39\",\"time\":")
                .contains("{\"id\":\"mine40\",")
                .hasLineCount(2);
    }

    @Test
    void tailFollowsALogThatIsWritten() throws Exception {
        write(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread tail = new Thread(
                () -> Cli.run("", out, "log", "tail", "-n", "1", "-f", "--data", directory.toString()), "tail");
        try (SegmentLog log = open()) {
            tail.start();
            await().until(() -> lines(out).size() == 1);
            for (int i = 4; i <= 30; i++) {
                append(log, 1);
                int expected = i - 2;
                await().until(() -> lines(out).size() == expected);
            }
        } finally {
            tail.interrupt();
            tail.join();
        }
        assertThat(lines(out).getLast()).contains("event 30");
    }

    @Test
    void verifyTellsWhatIsDamagedAndRepairMakesItWhole() throws IOException {
        write(40);
        assertThat(log("verify", directory))
                .satisfies(whole -> assertThat(whole.code()).isZero())
                .satisfies(whole -> assertThat(whole.out()).contains("whole: 40 events in 5 segments"));
        assertThat(log("repair", directory).out()).contains("nothing to repair");
        Path segment = segments().get(2);
        damage(segment, "event 17");
        Cli verified = log("verify", directory);
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.out())
                .contains("damage  " + segment.getFileName() + " at ")
                .contains("checksum of a batch is wrong; the event at position 17")
                .contains("damaged: 39 events");
        assertThat(verified.err()).contains("pharos log repair --data " + directory);

        byte[] before = Files.readAllBytes(segment);
        Cli planned = log("repair", directory);
        assertThat(planned.code()).isEqualTo(1);
        assertThat(planned.out()).contains("position 17").contains("would be lost: at most 1 events");
        assertThat(planned.err()).contains("--yes");
        assertThat(segment).hasBinaryContent(before);

        Cli repaired = log("repair", directory, "--yes");
        assertThat(repaired.code()).isZero();
        assertThat(repaired.out()).contains("repaired; lost: at most 1 events");
        assertThat(directory.resolve(segment.getFileName() + ".damaged")).hasBinaryContent(before);
        assertThat(log("verify", directory).code()).isZero();
        assertThat(log("stat", directory).out()).contains("events     39").contains("hole       17 to 17");
        try (SegmentLog log = open()) {
            assertThat(log.notes()).anyMatch(note -> note.contains(".damaged"));
            assertThat(log.size().events()).isEqualTo(39);
        }
    }

    @Test
    void repairRefusesALogInUse() throws IOException {
        write(3);
        try (SegmentLog held = open()) {
            assertFails(log("repair", directory, "--yes"), "in use");
            assertThat(held.end()).isEqualTo(3);
        }
    }

    @Test
    void exportAndImportTakeALogElsewhere() throws IOException {
        write(40);
        Cli exported = log("export", directory);
        assertThat(exported.code()).isZero();
        assertThat(exported.out()).hasLineCount(40);
        assertThat(exported.err()).isEmpty();
        Path copy = directory.resolve("copy");
        Cli imported = run(exported.out(), "log", "import", "-", "--data", copy.toString());
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(imported.out()).contains("imported 40 events, pos:").contains(".1 to pos:");
        assertThat(withoutPlaces(log("export", copy).out())).isEqualTo(withoutPlaces(exported.out()));
        assertThat(log("export", copy).out()).contains("mine40").doesNotContain(epoch(directory));
        Path file = Files.writeString(directory.resolve("events"), exported.out());
        assertThat(run("", "log", "import", file.toString(), "--data", copy.toString())
                        .out())
                .contains("imported 40 events");
        assertThat(log("stat", copy).out()).contains("events     80");
    }

    @Test
    void exportWorksBesideAHub() throws IOException {
        try (SegmentLog log = open()) {
            append(log, 20);
            assertThat(log("export", directory).out()).hasLineCount(20);
        }
    }

    @Test
    void exportChoosesByTopicAndCursor() throws IOException {
        write(30);
        String epoch = epoch(directory);
        assertThat(log("export", directory, "--topic", "topic0").out()).hasLineCount(10);
        assertThat(log("export", directory, "--topic", "topic{x}", "--topic", "topic1")
                        .out())
                .hasLineCount(30);
        assertThat(log("export", directory, "--from", new Cursor(epoch, 25).toString())
                        .out())
                .hasLineCount(5)
                .contains("event 26");
        assertFails(log("export", directory, "--from", "pos:other.1"), "another log");
        assertFails(log("export", directory, "--from", new Cursor(epoch, 31).toString()), "beyond the end");
        assertThat(log("export", directory, "--from", "pos:x.Y").code()).isEqualTo(2);
    }

    @Test
    void importStopsAtABadLineAndKeepsWhatWasBefore() throws IOException {
        String lines =
                "{\"topic\":\"a\",\"data\":\"1\"}\n\n{\"topic\":\"a\"}\r\n{\"data\":\"no topic\"}\n{\"topic\":\"a\"}\n";
        Cli cli = run(lines, "log", "import", "-", "--data", directory.toString());
        assertFails(cli, "line 4: ");
        assertThat(cli.err()).contains("topic").contains("the 2 events before it were imported");
        assertThat(log("export", directory).out()).hasLineCount(2);
    }

    @Test
    void importRefusesWhatIsNoUtf8AndAMissingFile() throws IOException {
        assertFails(Cli.run("log", "import", "/none/such", "--data", directory.toString()), "/none/such");
        Path file = Files.write(
                directory.resolve("latin"), "{\"topic\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        String copy = directory.resolve("copy").toString();
        assertFails(Cli.run("log", "import", file.toString(), "--data", copy), "line 1: the event is not valid UTF-8");
    }

    @Test
    void importRefusesALogInUse() throws IOException {
        try (SegmentLog held = open()) {
            assertFails(run("{\"topic\":\"a\"}", "log", "import", "-", "--data", directory.toString()), "in use");
            assertThat(held.end()).isZero();
        }
    }

    private Cli log(String command, Path data, String... more) {
        List<String> args = new ArrayList<>(List.of("log", command, "--data", data.toString()));
        args.addAll(List.of(more));
        return Cli.run(args.toArray(String[]::new));
    }

    private static Cli run(String input, String... args) {
        return Cli.run(input, new ByteArrayOutputStream(), args);
    }

    private static void assertFails(Cli cli, String sentence) {
        assertThat(cli.err()).startsWith("pharos: ").contains(sentence).hasLineCount(1);
        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.out()).isEmpty();
    }

    private static List<String> lines(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String withoutPlaces(String lines) {
        return lines.replaceAll("\"id\":\"pos:[^\"]*\"", "").replaceAll("\"time\":[0-9]*", "");
    }

    private static String epoch(Path data) {
        String line = Cli.run("log", "stat", "--data", data.toString())
                .out()
                .lines()
                .filter(text -> text.startsWith("epoch"))
                .findFirst()
                .orElseThrow();
        return line.substring("epoch".length()).strip();
    }

    private void write(int events) {
        try (SegmentLog log = open()) {
            append(log, events);
        }
    }

    private SegmentLog open() {
        return SegmentLog.open(
                directory,
                new Options(SyncPolicy.ALWAYS, Retention.DEFAULT, 500, 1 << 20, InstantSource.system(), new Random()));
    }

    private void append(SegmentLog log, int events) {
        for (int i = 0; i < events; i++) {
            number++;
            Event event = Event.on("topic" + number % 3)
                    .id(number % 4 == 0 ? "mine" + number : null)
                    .data("event " + number)
                    .build();
            log.append(List.of(event)).toCompletableFuture().join();
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    /** Flips a bit where a text is. */
    private static void damage(Path file, String text) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }
}
