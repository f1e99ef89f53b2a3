package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's search for Java, among directories that look like JDKs. */
class FindJdkTest {

    private static final Path SCRIPT =
            Path.of("..", "bin", "find-jdk.sh").toAbsolutePath().normalize();

    @TempDir
    private Path dir;

    @Test
    void takesJavaHomeWhenItIsNewEnough() throws Exception {
        Path home = jdk("mine", "21.0.5", true);
        Path onPath = jdk("path", "25.0.1", true);
        assertThat(found("java", home, onPath)).isEqualTo(home + " 21 21.0.5");
    }

    @Test
    void passesOverAJavaHomeThatIsTooOldForWhatIsOnThePath() throws Exception {
        Path home = jdk("mine", "17.0.9", true);
        Path onPath = jdk("path", "22", true);
        assertThat(found("java", home, onPath)).isEqualTo(onPath + " 22 22");
    }

    @Test
    void readsTheOldWayToNumberVersions() throws Exception {
        assertThat(seen(jdk("eight", "1.8.0_402", true))).contains("Java 1.8.0_402, too old, in");
    }

    @Test
    void readsVersionsThatAreNotReleasedYet() throws Exception {
        Path home = jdk("next", "27-ea", true);
        assertThat(found("javac", home, home)).isEqualTo(home + " 27 27-ea");
    }

    @Test
    void wantsACompilerForBuildingOnly() throws Exception {
        Path runtime = jdk("runtime", "25", false);
        assertThat(found("java", runtime, runtime)).isEqualTo(runtime + " 25 25");
        assertThat(seen(runtime)).contains("without a compiler");
    }

    @Test
    void asksAJavaThatCarriesNoReleaseFile() throws Exception {
        Path home = jdk("bare", "23.0.2", true);
        Files.delete(home.resolve("release"));
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"23.0.2\" 2025' >&2\n");
        assertThat(found("java", home, home)).isEqualTo(home + " 23 23.0.2");
    }

    @Test
    void findsAmongTheUsersOwnThePreferredReleaseBeforeNewerOnes() throws Exception {
        for (String version : new String[] {"21.0.1", "26.0.1", "25.0.2", "24"}) {
            jdk(".sdkman/candidates/java/" + version, version, true);
        }
        String found = sh("find_jdk java; echo \"$JDK_FEATURE\"", "/nonexistent", "/nonexistent");
        assertThat(found.strip()).isEqualTo("25");
    }

    @Test
    void saysWhatIsMissingAndHowToGetIt() throws Exception {
        String text = sh("jdk_seen='\n  Java 17'; jdk_missing javac 2>&1", "", "/usr/bin:/bin");
        assertThat(text).contains("JDK 21 or later").contains("Java 17").contains("apt-get install");
    }

    /** What is noted about the JDK in {@code home} when it will not do. */
    private String seen(Path home) throws Exception {
        return sh("jdk_seen=''; jdk_good \"$JAVA_HOME\" javac; echo \"$jdk_seen\"", home.toString(), "/usr/bin:/bin");
    }

    private String found(String program, Path javaHome, Path onPath) throws Exception {
        return sh(
                        "find_jdk " + program + "; echo \"$JDK $JDK_FEATURE $JDK_VERSION\"",
                        javaHome.toString(),
                        onPath.resolve("bin") + ":/usr/bin:/bin")
                .strip();
    }

    private String sh(String script, String javaHome, String path) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", "-u", "-c", ". '" + SCRIPT + "'; " + script).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("JAVA_HOME", javaHome, "PATH", path, "HOME", dir.toString()));
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }

    private Path jdk(String name, String version, boolean compiler) throws IOException {
        Path home = dir.toRealPath().resolve(name);
        Path bin = Files.createDirectories(home.resolve("bin"));
        program(bin.resolve("java"));
        if (compiler) {
            program(bin.resolve("javac"));
        }
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        return home;
    }

    private static void program(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\nexit 1\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
