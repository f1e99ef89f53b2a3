package dev.pharos.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.cli.FaultyHub;
import dev.pharos.cli.FaultyHub.Fault;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short torture of the hub, and of hubs that do not stand it. */
@Timeout(180)
class TortureTest {

    private static final int MOST_ROUNDS = 6;

    private final long seed = System.nanoTime() & 0xFFFFFF;

    @TempDir
    private Path directory;

    @Test
    void losesNothingInSilence() throws Exception {
        Torture torture = torture(Fault.NONE);
        torture.round(Plan.strict(3), seed);
        torture.round(Plan.lax(3), seed + 1);
        torture.round(Plan.forgetful(2), seed + 2);
        assertThat(torture.counts().kills()).isPositive();
        assertThat(torture.counts().deliveries())
                .isGreaterThan(torture.counts().acknowledged())
                .isPositive();
    }

    @Test
    void findsAnAcknowledgementBeforeTheSync() {
        finds(
                Fault.ACKNOWLEDGES_BEFORE_SYNC,
                6,
                "told lost at the cursor|is not in the log|is in the log twice|never got");
    }

    @Test
    void findsAnAcknowledgementBeforeTheAppend() {
        finds(
                Fault.ACKNOWLEDGES_BEFORE_APPEND,
                6,
                "acknowledged at position 0 in life \\d+ of the hub, is not in the log");
    }

    @Test
    void findsALostWakeUp() {
        finds(Fault.LOSES_WAKE_UPS, 0, "was published while all was quiet, and 10 s later it is not with");
    }

    @Test
    void findsAReusedPosition() {
        finds(Fault.REUSES_POSITIONS, Plan.lax(6), "was used twice|never got|moved back to");
    }

    private void finds(Fault fault, int kills, String message) {
        finds(fault, Plan.strict(kills), message);
    }

    private void finds(Fault fault, Plan plan, String message) {
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(() -> untilFound(torture(fault), plan))
                .withMessageContaining("seed ")
                .satisfies(found -> assertThat(found.getMessage()).containsPattern(message));
    }

    /** Where a kill does harm is chance's affair: one round in a hundred comes through, a run of them does not. */
    private void untilFound(Torture torture, Plan plan) throws Exception {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            torture.round(plan, seed + round);
        }
    }

    private Torture torture(Fault fault) {
        List<String> launcher = List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-D" + FaultyHub.PROPERTY + "=" + fault,
                "-cp",
                System.getProperty("java.class.path"),
                FaultyHub.class.getName());
        return new Torture(launcher, directory, seed, System.out::println);
    }
}
