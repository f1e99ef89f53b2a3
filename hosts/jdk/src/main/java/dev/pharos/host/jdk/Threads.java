package dev.pharos.host.jdk;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The threads for blocking I/O: virtual where a virtual thread that blocks in the server's streams holds no other.
 *
 * <p>The server's streams are synchronized, and up to Java 23 a virtual thread that blocks in one keeps its carrier
 * (JEP 491 ended that). There they are platform threads, ended when they rest.
 */
final class Threads {

    private static final int FIRST_WITHOUT_PINNING = 24;

    private Threads() {}

    static Executor executor(String name) {
        if (Runtime.version().feature() >= FIRST_WITHOUT_PINNING) {
            return Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name(name + "-", 0).factory());
        }
        return Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }
}
