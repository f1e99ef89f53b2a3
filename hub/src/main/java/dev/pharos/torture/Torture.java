package dev.pharos.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The torture test: round after round, each with a log of its own.
 *
 * <p>Chance decides what is done, and the seed decides chance; when things happen is the machine's affair, so that a seed
 * gives the same kind of round again, not the same round.
 */
public final class Torture {

    private static final int MOST_KILLS = 12;

    private final List<String> launcher;
    private final Path directory;
    private final long seed;
    private final Consumer<String> progress;
    private final Counts counts = new Counts();

    /**
     * Prepares it.
     *
     * @param launcher what starts a hub, before its {@code serve}
     * @param directory to work in; what a round leaves is removed when it went well
     * @param progress is told a line now and then
     */
    public Torture(List<String> launcher, Path directory, long seed, Consumer<String> progress) {
        this.launcher = List.copyOf(launcher);
        this.directory = directory;
        this.seed = seed;
        this.progress = progress;
    }

    /**
     * Runs rounds until it is late, at least one.
     *
     * @throws Violation when a promise is broken
     */
    public void until(long nanoTime) throws IOException, InterruptedException {
        for (int round = 0; round == 0 || System.nanoTime() < nanoTime; round++) {
            long roundSeed = seed + round;
            int kills = new SplittableRandom(roundSeed).nextInt(4, MOST_KILLS + 1);
            // A round is of the kind its seed says, so that a seed can be given to see that round first.
            round(Plan.ofRound((int) Math.floorMod(roundSeed, 4L), kills), roundSeed);
        }
    }

    /** Runs one round. */
    void round(Plan plan, long roundSeed) throws IOException, InterruptedException {
        progress.accept("seed " + roundSeed + ": " + plan);
        Path own = directory.resolve("seed-" + roundSeed);
        delete(own);
        try {
            new Round(plan, launcher, own, new SplittableRandom(roundSeed), counts).run();
        } catch (Violation violation) {
            throw new Violation(
                    "%s%n  seed %d: %s; the log and what the hub said are in %s"
                            .formatted(violation.getMessage(), roundSeed, plan, own),
                    violation);
        }
        delete(own);
        progress.accept(counts.toString());
    }

    /** What has happened so far. */
    public Counts counts() {
        return counts;
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
