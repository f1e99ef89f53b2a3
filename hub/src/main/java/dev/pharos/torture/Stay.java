package dev.pharos.torture;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a reader stays on one connection, and how slow it is there.
 *
 * @param events after how many it leaves
 * @param time after which it leaves
 * @param pauseMillis how long it rests each time it has read something
 */
record Stay(int events, Duration time, int pauseMillis) {

    static final Stay FOR_EVER = new Stay(Integer.MAX_VALUE, Duration.ofDays(1), 0);

    static Stay random(RandomGenerator chance) {
        int pause = chance.nextInt(4) == 0 ? chance.nextInt(1, 100) : 0;
        return new Stay(
                chance.nextInt(4) == 0 ? chance.nextInt(1, 20) : chance.nextInt(20, 5_000),
                Duration.ofMillis(chance.nextInt(3) == 0 ? chance.nextInt(20, 300) : chance.nextInt(300, 4_000)),
                pause);
    }

    boolean isForEver() {
        return equals(FOR_EVER);
    }

    void rest() throws InterruptedException {
        if (pauseMillis > 0) {
            Thread.sleep(pauseMillis);
        }
    }
}
