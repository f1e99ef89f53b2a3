package dev.pharos.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of the house point down only. */
class ArchitectureTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.pharos");

    private static final String[] CORE = {
        "dev.pharos.auth",
        "dev.pharos.http..",
        "dev.pharos.hub..",
        "dev.pharos.log..",
        "dev.pharos.presence..",
        "dev.pharos.session..",
        "dev.pharos.sse..",
        "dev.pharos.stream..",
        "dev.pharos.url.."
    };

    @Test
    void seesEveryRoom() {
        for (String room : new String[] {
            "dev.pharos.auth",
            "dev.pharos.http",
            "dev.pharos.hub",
            "dev.pharos.log",
            "dev.pharos.session",
            "dev.pharos.sse",
            "dev.pharos.stream",
            "dev.pharos.url",
            "dev.pharos.protocol.events",
            "dev.pharos.protocol.sockjs",
            "dev.pharos.protocol.mercure",
            "dev.pharos.host.netty",
            "dev.pharos.host.jdk",
            "dev.pharos.server",
            "dev.pharos.cli",
            "dev.pharos.client"
        }) {
            assertThat(HOUSE.containPackage(room)).as(room).isTrue();
        }
    }

    @Test
    void coreDependsOnTheJdkAndJSpecifyAlone() {
        check(classes()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(CORE).or(resideInAnyPackage("java..", "org.jspecify.."))));
    }

    @Test
    void theSeamKnowsNothingAboveIt() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.http..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.pharos.hub..", "dev.pharos.log..", "dev.pharos.sse..")));
    }

    @Test
    void theLogKnowsNeitherSeamNorEngine() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.log..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.pharos.hub..", "dev.pharos.http..", "dev.pharos.sse..")));
    }

    @Test
    void theEngineKnowsNothingOfTokens() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.hub..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.pharos.auth")));
    }

    @Test
    void theSseCodecStandsAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.sse..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.pharos.hub..", "dev.pharos.http..", "dev.pharos.log..")));
    }

    @Test
    void protocolsKnowNoHostAndNoHub() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.protocol..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.pharos.host..",
                        "dev.pharos.server..",
                        "dev.pharos.cli..",
                        "io.netty..",
                        "com.sun.net.httpserver..")));
    }

    @Test
    void hostsKnowTheSeamAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.host..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.pharos.protocol..",
                        "dev.pharos.hub..",
                        "dev.pharos.log..",
                        "dev.pharos.sse..",
                        "dev.pharos.server..",
                        "dev.pharos.cli..")));
    }

    @Test
    void hostsDoNotKnowEachOther() {
        check(slices().matching("dev.pharos.host.(*)..").should().notDependOnEachOther());
        check(slices().matching("dev.pharos.protocol.(*)..").should().notDependOnEachOther());
    }

    @Test
    void theServerKnowsNoCommandLine() {
        check(noClasses()
                .that()
                .resideInAnyPackage("dev.pharos.server..", "dev.pharos.client..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.pharos.cli..")));
    }

    @Test
    void theConfigurationKnowsNeitherServerNorCommandLine() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.config..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.pharos.server..", "dev.pharos.cli..")));
    }

    /** So that a hub without a file loads nothing of it. */
    @Test
    void oneClassKnowsTheYamlLibrary() {
        check(noClasses()
                .that()
                .haveNameNotMatching("dev\\.pharos\\.config\\.YamlReader.*")
                .should()
                .dependOnClassesThat(resideInAPackage("org.snakeyaml..")));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("dev.pharos.(**)").should().beFreeOfCycles());
    }

    @Test
    void nobodyReadsAWallClockButThroughOneThatIsGiven() {
        check(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .and()
                .areNotAssignableTo("dev.pharos.hub.Scheduler")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod("java.time.Instant", "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class));
        check(noClasses()
                .that()
                .resideInAPackage("dev.pharos.protocol..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime"));
    }

    /** A rule that can fail: it finds the one arrow that certainly exists. */
    @Test
    void rulesCanFail() {
        EvaluationResult result = noClasses()
                .that()
                .resideInAPackage("dev.pharos.hub..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.pharos.log.."))
                .evaluate(HOUSE);
        assertThat(result.hasViolation()).isTrue();
    }

    private static void check(ArchRule rule) {
        rule.check(HOUSE);
    }
}
