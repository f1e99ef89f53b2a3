package dev.pharos.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say of settings is what there is. */
class DocumentsTest {

    private static final Path DOCUMENTS = Path.of("../docs");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void explainsEverySettingAsTheProgramDoes() throws IOException {
        assertThat(Files.readString(DOCUMENTS.resolve("operations.md")))
                .as("put the output of 'pharos config keys --markdown' there")
                .contains(Reference.markdown());
    }

    @Test
    void showsAFileThatCanBeUsed() throws IOException {
        Files.writeString(directory.resolve("pharos.key"), "0123456789abcdef0123456789abcdef\n");
        String example = Files.readString(DOCUMENTS.resolve("pharos.example.yaml"));
        Configuration read = read(example);
        assertThat(read.hasKeys()).isTrue();
        assertThat(read.mercure()).hasSize(1);
        // What is commented out in it can be used as well.
        Files.writeString(
                directory.resolve("public.pem"), "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n");
        Configuration all = read(example.replaceAll("(?m)^( *)#([- ] ?[a-z-]+: )", "$1$2"));
        assertThat(all.authorization().keys()).hasSize(3);
        assertThat(all.mercure()).hasSize(2);
    }

    @Test
    void showsAWalkThroughThatWorks() throws IOException {
        String chapter = Files.readString(DOCUMENTS.resolve("operations.md"));
        String yaml = chapter.substring(chapter.indexOf("<<'YAML'\n") + 9, chapter.indexOf("\nYAML\n") + 1);
        Files.writeString(directory.resolve("pharos.key"), "0123456789abcdef0123456789abcdef\n");
        assertThat(read(yaml).authorization().anonymousRead()).isTrue();
    }

    private Configuration read(String text) {
        Layer layer = ConfigurationFile.read(directory.resolve("pharos.yaml"), text);
        return Sources.read(Values.of(List.of(layer))).configuration();
    }
}
