package dev.pharos.log;

import java.time.Duration;

/** When what was appended to a log on disk is made durable. */
public sealed interface SyncPolicy {

    /** Before the append is answered and before any reader sees it: nothing that was acknowledged is lost in a crash. */
    SyncPolicy ALWAYS = new Always();

    /** When the operating system writes by itself: a crash of the process loses nothing, one of the machine may. */
    SyncPolicy OS = new Os();

    /** Once in a while, at most so long after the append: a crash of the machine loses what is younger. */
    static SyncPolicy every(Duration interval) {
        return new Interval(interval);
    }

    /** See {@link #ALWAYS}. */
    record Always() implements SyncPolicy {
        @Override
        public String toString() {
            return "always";
        }
    }

    /** See {@link #OS}. */
    record Os() implements SyncPolicy {
        @Override
        public String toString() {
            return "os";
        }
    }

    /**
     * See {@link #every}.
     *
     * @param length at least a millisecond
     */
    record Interval(Duration length) implements SyncPolicy {

        /** Checks it. */
        public Interval {
            if (length.toMillis() < 1) {
                throw new IllegalArgumentException("the interval between syncs is at least 1 ms, got " + length);
            }
        }

        @Override
        public String toString() {
            return "interval=" + length.toMillis() + "ms";
        }
    }
}
