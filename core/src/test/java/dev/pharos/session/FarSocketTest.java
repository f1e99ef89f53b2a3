package dev.pharos.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.http.WebSocket;
import dev.pharos.stepped.SteppedLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A WebSocket that is used on another loop than its own. */
class FarSocketTest {

    private static final int BOUND = 64 << 10;

    private final SteppedLoop here = new SteppedLoop();
    private final SteppedLoop there = new SteppedLoop();
    private final RealSocket real = new RealSocket();
    private final User user = new User();
    private final FarSocket far = new FarSocket(here, there, user);

    /** The socket of the host: strict about its loop. */
    private final class RealSocket implements WebSocket {
        final List<String> done = new ArrayList<>();
        boolean ready = true;
        boolean paused;

        private void note(String what) {
            assertThat(there.inLoop()).as(what).isTrue();
            done.add(what);
        }

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public void text(Encoded messages) {
            note(messages.length() > 100 ? "long" : messages.toString());
        }

        @Override
        public void binary(byte[] message) {
            note("binary " + message.length);
        }

        @Override
        public void ping() {
            note("ping");
        }

        @Override
        public void close(int code, String reason) {
            note("close " + code + " " + reason);
        }

        @Override
        public void end() {
            note("end");
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }
    }

    /** Who uses it from the other loop. */
    private final class User implements WebSocket.Listener {
        final List<String> told = new ArrayList<>();

        @Nullable
        WebSocket socket;

        private void note(String what) {
            assertThat(here.inLoop()).as(what).isTrue();
            told.add(what);
        }

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
            note("open");
        }

        @Override
        public void onText(String message) {
            note(message.length() > 100 ? "long" : message);
        }

        @Override
        public void onBinary(ByteBuffer message) {
            note("binary " + StandardCharsets.US_ASCII.decode(message));
        }

        @Override
        public void onReady() {
            note("ready");
        }

        @Override
        public void onClose(int code, String reason) {
            note("closed " + code + " " + reason);
        }

        List<String> take() {
            List<String> all = List.copyOf(told);
            told.clear();
            return all;
        }
    }

    @BeforeEach
    void open() {
        there.within(() -> far.onOpen(real));
        settle();
        assertThat(user.take()).containsExactly("open");
        assertThat(user.socket).isSameAs(far);
    }

    private void settle() {
        while (here.runOne() || there.runOne()) {
            // until nothing is under way
        }
    }

    private void here(Runnable task) {
        here.within(task);
        settle();
    }

    private void there(Runnable task) {
        there.within(task);
        settle();
    }

    private static String letters(int count) {
        return "x".repeat(count);
    }

    @Test
    void bringsWhatThePeerSendsInOrder() {
        byte[] bytes = {'a', 'b'};
        there.within(() -> {
            far.onText("1");
            far.onBinary(ByteBuffer.wrap(bytes));
            bytes[0] = 'z'; // they are the host's again
            far.onText("2");
        });
        settle();
        assertThat(user.take()).containsExactly("1", "binary ab", "2");
    }

    @Test
    void sendsInOrder() {
        here.within(() -> {
            far.text(Encoded.of("1"));
            far.binary(new byte[3]);
            far.ping();
            far.close(1000, "bye");
            far.text(Encoded.of("behind the close"));
        });
        assertThat(real.done).isEmpty();
        settle();
        assertThat(real.done).containsExactly("1", "binary 3", "ping", "close 1000 bye");
    }

    @Test
    void endsOnce() {
        here(() -> {
            far.text(Encoded.of("last"));
            far.end();
            far.close(1000, "too late");
        });
        assertThat(real.done).containsExactly("last", "end");
    }

    @Test
    void isNotReadyWhileABoundIsOnItsWay() {
        here.within(() -> {
            assertThat(far.ready()).isTrue();
            far.text(Encoded.of(letters(BOUND)));
            assertThat(far.ready()).isFalse();
        });
        assertThat(user.take()).isEmpty();
        settle();
        assertThat(user.take()).containsExactly("ready");
        here(() -> assertThat(far.ready()).isTrue());
    }

    @Test
    void isNotReadyWhileThePeerTakesNothing() {
        real.ready = false;
        here(() -> far.text(Encoded.of("1")));
        here(() -> assertThat(far.ready()).isFalse());
        assertThat(user.take()).isEmpty();
        real.ready = true;
        there(far::onReady);
        assertThat(user.take()).containsExactly("ready");
        here(() -> assertThat(far.ready()).isTrue());
    }

    @Test
    void reportsReadinessOnlyToWhomWasToldOtherwise() {
        here(() -> far.text(Encoded.of("1")));
        there(far::onReady);
        assertThat(user.take()).isEmpty();
    }

    @Test
    void readsNoMoreWhileABoundOfMessagesIsOnItsWay() {
        there.within(() -> far.onText(letters(BOUND - 1)));
        assertThat(real.paused).isFalse();
        there.within(() -> far.onText("1"));
        assertThat(real.paused).isTrue();
        settle();
        assertThat(real.paused).isFalse();
        assertThat(user.take()).containsExactly("long", "1");
    }

    @Test
    void aPauseOfTheUserOutlastsThatOfTheBound() {
        here(far::pause);
        assertThat(real.paused).isTrue();
        there(() -> far.onText(letters(BOUND)));
        assertThat(user.take()).containsExactly("long");
        assertThat(real.paused).isTrue();
        here(far::resume);
        assertThat(real.paused).isFalse();
    }

    @Test
    void theUsersResumingWaitsForTheBound() {
        here(far::pause);
        there.within(() -> far.onText(letters(BOUND)));
        here.within(far::resume);
        while (there.runOne()) {
            assertThat(real.paused).isTrue();
        }
        settle();
        assertThat(real.paused).isFalse();
    }

    @Test
    void aClosedSocketIsReadOnSoThatThePeersAnswerComes() {
        there.within(() -> far.onText(letters(BOUND)));
        assertThat(real.paused).isTrue();
        here.within(() -> far.close(1001, "going away"));
        assertThat(there.runOne()).isTrue();
        assertThat(real.done).containsExactly("close 1001 going away");
        assertThat(real.paused).isFalse();
    }

    @Test
    void bringsNoMessagesBehindItsClose() {
        there.within(() -> far.onText("on its way"));
        here.within(() -> far.close(1000, ""));
        settle();
        assertThat(user.take()).isEmpty();
        here(() -> far.close(1000, "again"));
        assertThat(real.done).containsExactly("close 1000 ");
        there(() -> far.onClose(1000, ""));
        assertThat(user.take()).containsExactly("closed 1000 ");
    }

    @Test
    void sendsNothingBehindThePeersClose() {
        there(() -> far.onClose(1006, "cut"));
        assertThat(user.take()).containsExactly("closed 1006 cut");
        here(() -> {
            assertThat(far.ready()).isFalse();
            far.text(Encoded.of("1"));
            far.ping();
            Objects.requireNonNull(user.socket).close(1000, "");
        });
        assertThat(real.done).isEmpty();
    }
}
