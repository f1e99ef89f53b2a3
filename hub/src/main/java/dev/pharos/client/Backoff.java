package dev.pharos.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long after each failure up to a limit, and jittered, so that many
 * clients of a hub that comes back do not all come at once.
 *
 * @param first the wait after the first failure, before jitter
 * @param longest no wait is longer
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {

    /** Between half of a step and the whole of it. */
    Duration after(int failures) {
        return after(failures, first);
    }

    /** The same with another first wait. */
    Duration after(int failures, Duration firstWait) {
        double step =
                Math.min((double) longest.toMillis(), firstWait.toMillis() * Math.pow(2, Math.min(failures - 1, 30)));
        return Duration.ofMillis(Math.round(step * (0.5 + random.nextDouble() / 2)));
    }
}
