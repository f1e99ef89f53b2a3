package dev.pharos.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long tests wait for a condition unless they say otherwise: 30 s, since the deadline only guards against waiting for
 * ever, and a busy machine needs more than Awaitility's 10 s. JUnit finds it as a service.
 */
public final class Patience implements LauncherSessionListener {

    /** For JUnit. */
    public Patience() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }
}
