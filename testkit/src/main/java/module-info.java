/**
 * The contract of the seam as tests that any host must pass, and the raw clients they are made with; and the seam in memory, for
 * the tests of protocols.
 *
 * <p>Its package is open, because JUnit finds the checks by reflection.
 */
module dev.pharos.testkit {
    requires transitive dev.pharos.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;
    requires org.assertj.core;
    requires org.junit.platform.launcher;
    requires awaitility;

    exports dev.pharos.testkit;
    exports dev.pharos.testkit.fake;

    provides org.junit.platform.launcher.LauncherSessionListener with
            dev.pharos.testkit.Patience;

    opens dev.pharos.testkit;
}
