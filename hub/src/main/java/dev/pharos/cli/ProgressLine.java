package dev.pharos.cli;

import dev.pharos.log.LogFiles;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A line on a terminal that says how far a long piece of work is, and goes when it is done. Of one thread. */
final class ProgressLine implements LogFiles.Progress, AutoCloseable {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter err;
    private final String doing;
    private final boolean isSeen;
    private long shownAt = System.nanoTime();
    private boolean isShown;

    ProgressLine(PrintWriter err, String doing, boolean isSeen) {
        this.err = err;
        this.doing = doing;
        this.isSeen = isSeen;
    }

    @Override
    public void at(long bytes, long ofBytes) {
        if (isDue()) {
            show(String.format(
                    Locale.ROOT,
                    "%,d of %,d MiB (%d %%)",
                    bytes >> 20,
                    ofBytes >> 20,
                    100 * bytes / Math.max(1, ofBytes)));
        }
    }

    /** So many events have been dealt with. */
    void events(long count) {
        if (isDue()) {
            show(String.format(Locale.ROOT, "%,d events", count));
        }
    }

    private boolean isDue() {
        return isSeen && System.nanoTime() - shownAt >= PAUSE;
    }

    private void show(String howFar) {
        shownAt = System.nanoTime();
        isShown = true;
        err.print(CLEAR + doing + ": " + howFar);
        err.flush();
    }

    @Override
    public void close() {
        if (isShown) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
