package dev.pharos.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for what has come of all bodies and lines that are not complete yet, bounded together, so that many slow
 * uploads do not take what a server lives on. Thread-safe.
 */
public final class UploadMemory {

    private static final long LEAST = 4 << 20;
    /** What is free for each, so that what is small comes through whoever fills the rest. */
    private static final int OWN = 4 << 10;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** Room for so many bytes. */
    public UploadMemory(long most) {
        this.most = most;
    }

    /** A sixteenth of the heap. */
    public static UploadMemory ofHeap() {
        return new UploadMemory(Math.max(LEAST, Runtime.getRuntime().maxMemory() / 16));
    }

    /** How many bytes are to be taken for one who holds so many: those beyond the first 4 KiB. */
    public static int share(int bytes) {
        return Math.max(0, bytes - OWN);
    }

    /** Takes room for bytes, if there is enough. */
    public boolean take(int bytes) {
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** Gives room back. */
    public void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** The bytes that are taken. */
    public long held() {
        return held.get();
    }
}
