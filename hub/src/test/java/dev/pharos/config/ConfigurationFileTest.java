package dev.pharos.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationFileTest {

    private static final Path FILE = Path.of("pharos.yaml");

    @Test
    void readsEveryKindOfValue() {
        Configuration read = Read.file("""
                listen: 127.0.0.1:8080
                cors: [https://shop.example, "http://localhost:3000"]
                transport: nio
                data: ./here
                fsync: interval=100ms
                heartbeat: 30s
                history:
                  retain-bytes: 1MiB
                  retain-age: 12h
                  retain-count: 10
                  keep-last: 5
                  keep-last-bytes: auto
                limits:
                  event: 64KiB
                  selectors: 7
                  connections: 50
                """);
        assertThat(read.network().listen().getPort()).isEqualTo(8080);
        assertThat(read.network().cors()).containsExactly("https://shop.example", "http://localhost:3000");
        assertThat(read.network().transport()).isEqualTo(Transport.NIO);
        assertThat(read.history().directory()).isEqualTo(Path.of("./here"));
        assertThat(read.history().fsync()).hasToString("interval=100ms");
        assertThat(read.history().retainBytes()).hasValue(1 << 20);
        assertThat(read.history().retainAge()).hasHours(12);
        assertThat(read.history().retainCount()).hasValue(10);
        assertThat(read.history().keepLast()).isEqualTo(5);
        assertThat(read.history().keepLastBytes()).isEmpty();
        assertThat(read.streams().heartbeat()).hasSeconds(30);
        assertThat(read.limits().event()).isEqualTo(64 << 10);
        assertThat(read.limits().selectors()).isEqualTo(7);
        assertThat(read.limits().connections()).hasValue(50);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',                     an empty file
            '# nothing',            a comment
            '---',                  a document without anything
            'limits:',              a group whose settings are all comments
            '{}',                   an empty group
            'mercure: []',          a list without entries
            """)
    void takesAFileThatSaysNothing(String text, String what) {
        assertThat(Read.problems(text)).as(what).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            lisen: 1                              | pharos.yaml:1: there is no setting 'lisen'; did you mean 'listen'?
            limits:\\n  selector-s: 1             | pharos.yaml:2: there is no setting 'limits.selector-s'; did you mean 'limits.selectors'?
            retain-age: 1d                        | pharos.yaml:1: there is no setting 'retain-age'; did you mean 'history.retain-age'?
            \\nmercure:\\n  - paht: /x            | pharos.yaml:3: there is no setting 'mercure.0.paht'; did you mean 'mercure.0.path'?
            colour: blue                          | pharos.yaml:1: there is no setting 'colour'; 'pharos config keys' lists what there is
            limits: {selectors: many}             | pharos.yaml:1: limits.selectors is 'many', but must be a whole number from 1 to 10000
            limits: {selectors: 0}                | pharos.yaml:1: limits.selectors is '0', but must be a whole number from 1 to 10000
            heartbeat: 15                         | pharos.yaml:1: heartbeat is '15', but must be a time in whole seconds from 1s to 3600s, such as 30s or 5m
            limits: {event: 1GiB}                 | pharos.yaml:1: limits.event is '1GiB', but must be a size from 1KiB to 64MiB, such as 500MB, 1GiB or 4096
            memory: yes                           | pharos.yaml:1: memory is 'yes', but must be true or false
            listen: here                          | pharos.yaml:1: listen is 'here', but must be HOST:PORT, such as 127.0.0.1:7070, [::1]:7070 or 0.0.0.0:80
            listen: 127.0.0.1:99999               | pharos.yaml:1: listen is '127.0.0.1:99999', but the port must be from 0 to 65535
            cors: [https://a.example/]            | pharos.yaml:1: cors is 'https://a.example/', but must be an origin: scheme, host and port only
            listen:                               | pharos.yaml:1: listen has no value; it must be HOST:PORT
            listen: [a, b]                        | pharos.yaml:1: listen has one value, not a list; it must be HOST:PORT
            listen: {host: a}                     | pharos.yaml:1: listen has one value, not a group; it must be HOST:PORT
            limits: 5                             | pharos.yaml:1: limits is a group, with these names in it: request-line, headers
            mercure: {path: /x}                   | pharos.yaml:1: mercure is a list: begin each entry with '- ', and below it path, draft
            cors: [{a: b}]                        | pharos.yaml:1: cors is a list of texts; each must be an origin
            open: true\\nopen: false              | pharos.yaml:2: open is there twice, first in line 1
            listen: &a 127.0.0.1:1                | pharos.yaml:1: anchors and aliases (&, *) are not understood here
            cors: [*]                             | pharos.yaml:1:
            listen: !!str 127.0.0.1:1             | pharos.yaml:1: tags (!) are not understood here
            a: b: c                               | pharos.yaml:1: this is not YAML: mapping values are not allowed here
            open: true\\n  x: 1                   | pharos.yaml:2: this is not YAML:
            [a]: b                                | pharos.yaml:1: the name of a setting is a text
            open: true\\n---\\nopen: false        | pharos.yaml:2: a second document begins here; only one is read
            - a                                   | pharos.yaml:1: a configuration is a group, with these names in it: listen, open
            """)
    void namesFileLineKeyValueAndWhatIsAllowed(String text, String problem) {
        List<String> problems = Read.problems(text.replace("\\n", "\n"));
        assertThat(problems).first().asString().startsWith(problem);
    }

    @Test
    void findsEveryProblemAtOnce() {
        assertThat(Read.problems("lisen: 1\nheartbeat: x\nlimits:\n  topics: x\n  foo: 1\n"))
                .hasSize(4);
    }

    static List<Setting<?>> settings() {
        return Settings.all();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void refusesEveryMisspeltNameAtItsDepthAndNamesTheNearest(Setting<?> setting) {
        String key = setting.key(0);
        int dot = key.lastIndexOf('.') + 1;
        for (int at = dot; at < key.length(); at++) {
            String wrong = key.substring(0, at) + "z" + key.substring(at);
            if (Schema.setting(wrong) != null) {
                continue;
            }
            List<String> problems = Read.problems(Read.yaml(wrong, "1"));
            assertThat(problems)
                    .first()
                    .asString()
                    .contains("there is no setting '" + wrong + "'; did you mean '" + key + "'?");
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void refusesAnUnknownNameBelowEverySetting(Setting<?> setting) {
        String below = setting.key(0) + ".zzz";
        assertThat(Read.problems(Read.yaml(below, "1"))).first().asString().startsWith("pharos.yaml:");
    }

    @Test
    void tellsOfAFileThatIsNotThereOrIsNone() {
        assertThat(ConfigurationFile.read(Path.of("/nowhere/pharos.yaml")).problems())
                .extracting(Problem::sentence)
                .containsExactly("/nowhere/pharos.yaml: there is no such file");
        assertThat(ConfigurationFile.read(Path.of("/tmp")).problems())
                .extracting(Problem::sentence)
                .containsExactly("/tmp: this is a directory");
    }

    @Test
    void meansPathsFromWhereTheFileIs() {
        Layer layer = ConfigurationFile.read(Path.of("/etc/pharos/pharos.yaml"), "data: history");
        Configuration read = Sources.read(Values.of(List.of(layer))).configuration();
        assertThat(read.history().directory()).isEqualTo(Path.of("/etc/pharos/history"));
        assertThat(Sources.of(Map.of("PHAROS_DATA", "history"))
                        .read()
                        .configuration()
                        .history()
                        .directory())
                .isEqualTo(Path.of("history"));
    }

    @Test
    void survivesWhateverThereIsInAFile() {
        RandomYaml.feed(20_000, text -> {
            Layer layer = ConfigurationFile.read(FILE, text);
            Values values = Values.of(List.of(layer));
            new Assembly(values).configuration();
            assertThat(values.problems())
                    .allSatisfy(problem ->
                            assertThat(problem.sentence()).doesNotContain("\n").hasSizeLessThan(1000));
        });
    }
}
