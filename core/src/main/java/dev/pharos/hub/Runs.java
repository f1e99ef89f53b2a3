package dev.pharos.hub;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The runs that readers at the same place share: the latest few, within a bound in bytes. Not thread-safe.
 */
final class Runs {

    private static final int KEPT = 32;

    private final ArrayDeque<Kept> kept = new ArrayDeque<>(1);
    private int bytes;

    /** A run for every reader from {@code from} on that is before {@code first}, the place of its first event. */
    private record Kept(long from, long first, Run run) {}

    /** The run of readers at a position, if there is one within so many bytes. */
    @Nullable
    Run find(long position, int maxBytes) {
        for (Kept candidate : kept) {
            if (position >= candidate.from
                    && position < candidate.first
                    && candidate.run.bytes().length() <= maxBytes) {
                return candidate.run;
            }
        }
        return null;
    }

    /**
     * Keeps a run, and of the older ones as many as the bound allows.
     *
     * @param from readers from this position on, and before {@code first}, share it
     */
    void add(long from, long first, Run run, int maxBytes) {
        kept.addFirst(new Kept(from, first, run));
        bytes += run.bytes().length();
        while (kept.size() > KEPT || (bytes > maxBytes && kept.size() > 1)) {
            bytes -= kept.removeLast().run.bytes().length();
        }
    }

    /** Forgets the runs that reach a position: there is more behind it now. */
    void forgetTo(long position) {
        if (kept.isEmpty()) {
            return;
        }
        kept.removeIf(candidate -> {
            boolean reaches = candidate.run.to() == position;
            if (reaches) {
                bytes -= candidate.run.bytes().length();
            }
            return reaches;
        });
    }

    /** Forgets the runs that begin with an event at or before a position: it is not there any more. */
    void forgetBefore(long position) {
        kept.removeIf(candidate -> {
            boolean begins = candidate.first <= position;
            if (begins) {
                bytes -= candidate.run.bytes().length();
            }
            return begins;
        });
    }

    void clear() {
        kept.clear();
        bytes = 0;
    }

    int bytes() {
        return bytes;
    }
}
