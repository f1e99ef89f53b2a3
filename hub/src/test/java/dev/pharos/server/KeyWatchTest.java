package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.jwt.SigningKey;
import dev.pharos.auth.jwt.TokenMint;
import dev.pharos.config.Configuration;
import dev.pharos.config.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KeyWatchTest {

    private static final String OLD = "old 456789abcdef0123456789abcdef";
    private static final String NEW = "new 456789abcdef0123456789abcdef";

    private final List<String> said = new ArrayList<>();
    private final Logger logger = Logger.getLogger(KeyWatch.class.getName());
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord message) {
            said.add(message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Tokens tokens;

    @SuppressWarnings("NullAway.Init")
    private KeyWatch watch;

    private int writes;

    @BeforeEach
    void start() throws IOException {
        write("key", OLD + "\n");
        write("pharos.yaml", "authorization:\n  keys:\n    - secret-file: key\n");
        Sources sources = Sources.of(Map.of()).withFile(directory.resolve("pharos.yaml"));
        Configuration configuration = sources.read().configuration();
        tokens = new Tokens(configuration, InstantSource.system(), System::nanoTime);
        watch = new KeyWatch(sources, configuration, fresh -> tokens.replace(fresh.authorization()));
        logger.addHandler(ear);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(ear);
        watch.close();
    }

    @Test
    void readsAFileAgainThatHasChangedAndStoppedChanging() throws IOException {
        Authorizer authorizer = tokens.draft07().authorizer();
        assertThat(permit(authorizer, token(OLD))).isNotNull();
        assertThat(permit(authorizer, token(NEW))).isNull();
        write("key", NEW + "\n");
        watch.check();
        assertThat(permit(authorizer, token(NEW))).isNull();
        watch.check();
        assertThat(permit(authorizer, token(NEW))).isNotNull();
        assertThat(permit(authorizer, token(OLD))).isNull();
        assertThat(said).containsExactly("the keys were read again: 1 is in force");
        watch.check();
        assertThat(said).hasSize(1);
    }

    @Test
    void followsTheFileThatNamesTheKeys() throws IOException {
        Authorizer authorizer = tokens.draft07().authorizer();
        write("other", NEW);
        write(
                "pharos.yaml",
                "authorization:\n  keys:\n    - secret-file: key\n    - secret-file: other\nheartbeat: 3s\n");
        check();
        assertThat(permit(authorizer, token(NEW))).isNotNull();
        assertThat(permit(authorizer, token(OLD))).isNotNull();
        assertThat(said)
                .containsExactly("the keys were read again: 2 are in force; other changes wait for the next start");
        write("other", OLD);
        check();
        assertThat(permit(authorizer, token(NEW))).isNull();
    }

    @Test
    void keepsTheOldKeysWhenTheNewOnesAreOfNoUseAndSaysSoOnce() throws IOException {
        Authorizer authorizer = tokens.draft07().authorizer();
        String file = directory.resolve("pharos.yaml").toString();
        write("key", "short");
        check();
        watch.check();
        assertThat(said)
                .containsExactly("the keys stay as they were: " + file
                        + ":3: authorization.keys.0.secret-file has 5 bytes, but HS256 needs at least 32: 'openssl rand -base64 48'"
                        + " makes a good one");
        write("pharos.yaml", "authorization:\n  kees: []\n");
        check();
        assertThat(said.getLast())
                .isEqualTo("the keys stay as they were: " + file
                        + ":2: there is no setting 'authorization.kees'; did you mean 'authorization.keys'?");
        write("pharos.yaml", "heartbeat: 1s\n");
        check();
        assertThat(said.getLast()).contains("there are none any more");
        Files.delete(directory.resolve("pharos.yaml"));
        check();
        assertThat(said.getLast()).contains("there is no such file");
        assertThat(said).hasSize(4).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        assertThat(permit(authorizer, token(OLD))).isNotNull();
    }

    @Test
    void letsNoTokenFallThroughWhileKeysAreReplaced() throws Exception {
        Authorizer authorizer = tokens.draft07().authorizer();
        write("other", NEW);
        write("pharos.yaml", "authorization:\n  keys:\n    - secret-file: key\n    - secret-file: other\n");
        check();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        AtomicInteger bad = new AtomicInteger();
        Thread asking = Thread.ofPlatform().start(() -> {
            for (int i = 0; !stop.get(); i++) {
                String fresh = token(i % 2 == 0 ? OLD : NEW, "reader " + i);
                (permit(authorizer, fresh) == null ? bad : good).incrementAndGet();
            }
        });
        for (int i = 0; i < 50 || good.get() < 1_000; i++) {
            write("key", OLD + (i % 2 == 0 ? "\n" : ""));
            check();
        }
        stop.set(true);
        asking.join();
        assertThat(bad).hasValue(0);
        assertThat(said).hasSizeGreaterThan(50).allMatch(line -> line.startsWith("the keys were read again"));
    }

    private void check() {
        watch.check();
        watch.check();
    }

    private static String token(String secret) {
        return token(secret, "ann");
    }

    private static String token(String secret, String subject) {
        return TokenMint.draft07()
                .publish("", "*")
                .subject(subject)
                .sign(SigningKey.secret(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private static @Nullable Permit permit(Authorizer authorizer, String token) {
        try {
            return authorizer
                    .authorize(new Credentials(Credentials.Source.HEADER, token))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException refused) {
            return null;
        }
    }

    /** Each write is a second later, whatever the file system's clock can tell apart. */
    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + 1000L * writes++));
    }
}
