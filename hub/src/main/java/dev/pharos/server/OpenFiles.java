package dev.pharos.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files, and so connections, this process may have open. */
final class OpenFiles {

    private static final int WHERE_NOT_TOLD = 10_000;
    private static final int MOST = 1_000_000;

    private OpenFiles() {}

    static int limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(MOST, system.getMaxFileDescriptorCount())
                : WHERE_NOT_TOLD;
    }
}
