package dev.pharos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {

    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void hasADefaultForEverything() {
        Configuration read = Sources.of(NOTHING).read().configuration();
        assertThat(read.network().listen()).hasToString("/127.0.0.1:7070");
        assertThat(read.history().directory()).isEqualTo(Path.of("pharos-data"));
        assertThat(read.mercure()).containsExactly(mount("/.well-known/mercure"));
        assertThat(read.hasKeys()).isFalse();
    }

    @Test
    void letsFlagsWinOverTheEnvironmentAndThatOverTheFileAndThatOverDefaults() throws IOException {
        Sources file = Sources.of(NOTHING).withFile(write("heartbeat: 2s\nretry: 2s\ndrain: 2s\n"));
        assertThat(file.read().configuration().streams()).hasToString(streams("PT2S", "PT2S", "PT2S"));
        Sources both = Sources.of(Map.of("PHAROS_RETRY", "3s", "PHAROS_DRAIN", "3s"))
                .withFile(file.file().orElseThrow());
        assertThat(both.read().configuration().streams()).hasToString(streams("PT2S", "PT3S", "PT3S"));
        assertThat(both.withAssignment("drain=4s").read().configuration().streams())
                .hasToString(streams("PT2S", "PT3S", "PT4S"));
        assertThat(Sources.of(NOTHING).read().configuration().streams())
                .hasToString(streams("PT15S", "PT2S", "PT1.5S"));
        assertThat(both.withFlag("--listen", List.of("127.0.0.1:1"))
                        .read()
                        .configuration()
                        .network()
                        .listen()
                        .getPort())
                .isEqualTo(1);
    }

    private static String streams(String heartbeat, String retry, String drain) {
        return "Streams[heartbeat=" + heartbeat + ", retry=" + retry + ", drain=" + drain + ", recovery=PT0S]";
    }

    @Test
    void takesAListOfGroupsFromOneSourceAsAWhole() throws IOException {
        Path file = write("mercure:\n  - path: /a\n  - path: /b\n    subscriptions: true\n");
        Configuration read = Sources.of(Map.of("PHAROS_MERCURE_0_PATH", "/c"))
                .withFile(file)
                .read()
                .configuration();
        assertThat(read.mercure()).containsExactly(mount("/c"));
        assertThat(Sources.of(Map.of("PHAROS_MERCURE", ""))
                        .withFile(file)
                        .read()
                        .configuration()
                        .mercure())
                .isEmpty();
    }

    @Test
    void readsListsFromAVariable() {
        Sources sources = Sources.of(Map.of("PHAROS_CORS", "https://a.example, https://b.example"));
        assertThat(sources.read().configuration().network().cors())
                .containsExactly("https://a.example", "https://b.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PHAROS_HEARTBEAT     | soon | $PHAROS_HEARTBEAT is 'soon', but must be a time in whole seconds from 1s to 3600s
            PHAROS_HEARTBEET     | 1s   | $PHAROS_HEARTBEET: no setting is named so; did you mean 'PHAROS_HEARTBEAT'?
            PHAROS_MERCURE_1_PAT | /x   | $PHAROS_MERCURE_1_PAT: no setting is named so; did you mean 'PHAROS_MERCURE_1_PATH'?
            PHAROS_COLOUR_OF_SKY | blue | $PHAROS_COLOUR_OF_SKY: no setting is named so; 'pharos config keys' lists what there is
            """)
    void namesTheVariableThatIsWrong(String name, String value, String problem) {
        assertThatThrownBy(() -> Sources.of(Map.of(name, value)).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PHAROS_URL",
                "PHAROS_TOKEN",
                "PHAROS_JAVA_OPTS",
                "PHAROS_CONFIG",
                "PHAROS_SERVICE_HOST",
                "PHAROS_SERVICE_PORT_HTTP",
                "PHAROS_PORT",
                "PHAROS_PORT_7070_TCP_ADDR",
                "PHAROS_HUB_SERVICE_PORT",
                "PHAROS_HUB_PORT_80_TCP",
                "HOME"
            })
    void leavesVariablesAloneThatAreForOthers(String name) {
        assertThat(Sources.of(Map.of(name, "x")).read().configuration().hasKeys())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            heartbeat             | --set takes a key and a value, as in heartbeat=VALUE
            hartbeat=1s           | --set: there is no setting 'hartbeat'; did you mean 'heartbeat'?
            heartbeat=1           | --set heartbeat is '1', but must be a time
            authorization.keys.0.secret=x | --set authorization.keys.0.secret: every list of processes would show the secret
            """)
    void namesTheAssignmentThatIsWrong(String assignment, String problem) {
        assertThatThrownBy(() -> Sources.of(NOTHING).withAssignment(assignment).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(problem);
    }

    @Test
    void refusesToSetTheSameTwiceOnACommandLine() {
        Sources sources = Sources.of(NOTHING).withFlag("--memory", List.of("true"));
        assertThatThrownBy(() -> sources.withAssignment("memory=false").read())
                .hasMessageContaining("--set memory and --memory set the same; leave one out");
    }

    @Test
    void letsMemoryWinOverWhatAWeakerSourceSaysOfTheDisk() throws IOException {
        Sources file = Sources.of(NOTHING).withFile(write("data: here\nhistory:\n  retain-age: 1d\n"));
        assertThat(file.withFlag("--memory", List.of("true"))
                        .read()
                        .configuration()
                        .history()
                        .directory())
                .isNull();
        assertThatThrownBy(() -> file.withAssignment("memory=true")
                        .withFlag("--data", List.of("d"))
                        .read())
                .hasMessageStartingWith("--data is of no use beside --set memory");
    }

    @Test
    void givesEachSettingAVariableAndAFlagOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (Setting<?> setting : Settings.all()) {
            assertThat(names.add(Setting.variable(setting.key(0)))).isTrue();
            assertThat(setting.flag() == null || names.add(setting.flag())).isTrue();
            assertThat(Schema.setting(setting.key(0))).isEqualTo(setting);
            if (setting.fallback() != null) {
                assertThat(setting.kind().read(setting.fallback())).isNotNull();
            }
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("pharos.yaml"), text);
    }

    private static Mount mount(String path) {
        return new Mount(path, Mount.Draft.D07, false, List.of(), Duration.ofHours(12), 403);
    }
}
