package dev.pharos.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {

    private static final int TRIES = 200;

    private final Counts counts = new Counts();

    @TempDir
    private Path directory;

    private Path data;

    @BeforeEach
    void makeDirectory() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
    }

    @Test
    void sparesWhatWasThereOrSynced() throws IOException {
        for (int seed = 0; seed < TRIES; seed++) {
            byte[] before = bytes(1000, 1);
            byte[] after = Arrays.copyOf(before, 3000);
            Files.write(data.resolve("log"), before);
            crash(seed, after, "W log 1000 1000", "S log", "W log 2000 1000");
            byte[] left = Files.readAllBytes(data.resolve("log"));
            assertThat(left).hasSizeBetween(2000, 3000);
            assertThat(Arrays.copyOf(left, 2000)).isEqualTo(Arrays.copyOf(after, 2000));
        }
        assertThat(counts.bytesThrownAway.sum()).isPositive();
        assertThat(counts.bytesTorn.sum()).isPositive();
        assertThat(counts.bitsFlipped.sum()).isPositive();
        assertThat(counts.slotsSpoilt.sum()).isZero();
        assertThat(counts.untimely.sum()).isEqualTo(TRIES);
    }

    @Test
    void spoilsOnlyWhatIsBeingWrittenOver() throws IOException {
        for (int seed = 0; seed < TRIES; seed++) {
            byte[] whole = bytes(3000, 2);
            Files.write(data.resolve("log"), whole);
            crash(seed, whole, "W log 0 1000", "S log", "W log 1000 1000");
            byte[] left = Files.readAllBytes(data.resolve("log"));
            assertThat(left).hasSize(3000);
            assertThat(Arrays.copyOf(left, 1000)).isEqualTo(Arrays.copyOf(whole, 1000));
            assertThat(Arrays.copyOfRange(left, 2000, 3000)).isEqualTo(Arrays.copyOfRange(whole, 2000, 3000));
        }
        assertThat(counts.slotsSpoilt.sum()).isBetween(1L, TRIES - 1L);
    }

    @Test
    void mayLoseANameThatWasNotSynced() throws IOException {
        int there = 0;
        for (int seed = 0; seed < TRIES; seed++) {
            Files.deleteIfExists(data.resolve("log"));
            crash(seed, bytes(10, 3), "C log", "W log 0 10", "S log");
            there += Files.exists(data.resolve("log")) ? 1 : 0;
        }
        assertThat(there).isBetween(1, TRIES - 1);
    }

    @Test
    void keepsANameThatWasSyncedOrGiven() throws IOException {
        for (int seed = 0; seed < TRIES; seed++) {
            Files.deleteIfExists(data.resolve("log"));
            crash(seed, bytes(10, 3), "C log", "W log 0 10", "S log", "N");
            assertThat(data.resolve("log")).hasBinaryContent(bytes(10, 3));
            Files.delete(data.resolve("log"));
            crash(seed, bytes(10, 3), "C new", "W new 0 10", "S new", "R new log");
            assertThat(data.resolve("log")).hasBinaryContent(bytes(10, 3));
        }
    }

    @Test
    void doesNotFollowALineThatIsNotWhole() throws IOException {
        Files.write(data.resolve("log"), bytes(10, 4));
        crash(1, bytes(10, 4), "W log 0 10", "S log", "W lo");
        assertThat(data.resolve("log")).hasBinaryContent(bytes(10, 4));
    }

    /** A hub did this, left the file {@code log} with a content, and its machine crashed. A last line "W lo" has no end. */
    private void crash(int seed, byte[] content, String... lines) throws IOException {
        Path record = directory.resolve("record");
        Crash crash = new Crash(data, record, new SplittableRandom(seed), counts);
        Files.write(data.resolve("log"), content);
        boolean whole = !lines[lines.length - 1].equals("W lo");
        Files.writeString(record, String.join("\n", lines) + (whole ? "\n" : ""));
        crash.strike();
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
