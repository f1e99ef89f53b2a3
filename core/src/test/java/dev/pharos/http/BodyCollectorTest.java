package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyCollectorTest {

    private final List<String> calls = new ArrayList<>();
    private byte[] collected = {};

    @Test
    void collectsAnySplit() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[random.nextInt(10_000)];
            random.nextBytes(bytes);
            FakeBody body = new FakeBody(random.nextBoolean() ? bytes.length : -1);
            collect(body, bytes.length + random.nextInt(2));
            Body.Reader reader = body.reader();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(3_000));
                ByteBuffer chunk = ByteBuffer.allocateDirect(end - at)
                        .put(bytes, at, end - at)
                        .flip();
                reader.onData(random.nextBoolean() ? chunk : ByteBuffer.wrap(bytes, at, end - at));
                at = end;
            }
            reader.onEnd();
            assertThat(calls).as("seed %d", seed).containsExactly("complete");
            assertThat(collected).as("seed %d", seed).isEqualTo(bytes);
            calls.clear();
        }
    }

    @Test
    void completesWithNothing() {
        FakeBody body = new FakeBody(0);
        collect(body, 0);
        body.reader().onEnd();
        assertThat(calls).containsExactly("complete");
        assertThat(collected).isEmpty();
    }

    @Test
    void refusesADeclaredLengthOverTheLimitUnread() {
        FakeBody body = new FakeBody(11);
        collect(body, 10);
        assertThat(calls).containsExactly("tooLarge");
        assertThat(body.reader).isNull();
    }

    @Test
    void tellsOnceWhenTheLimitIsPassedAndDropsTheRest() {
        FakeBody body = new FakeBody(-1);
        collect(body, 10);
        body.reader().onData(ByteBuffer.allocate(10));
        assertThat(calls).isEmpty();
        body.reader().onData(ByteBuffer.allocate(1));
        assertThat(calls).containsExactly("tooLarge");
        body.reader().onData(ByteBuffer.allocate(1_000));
        body.reader().onData(ByteBuffer.allocate(0));
        body.reader().onEnd();
        assertThat(calls).containsExactly("tooLarge");
    }

    @Test
    void tellsNothingOfAnAbortAfterTheLimitWasPassed() {
        FakeBody body = new FakeBody(-1);
        collect(body, 1);
        body.reader().onData(ByteBuffer.allocate(2));
        body.reader().onAbort(new IOException("gone"));
        assertThat(calls).containsExactly("tooLarge");
    }

    @Test
    void tellsOfAnAbort() {
        FakeBody body = new FakeBody(5);
        collect(body, 10);
        body.reader().onData(ByteBuffer.allocate(2));
        body.reader().onAbort(new IOException("gone"));
        assertThat(calls).containsExactly("aborted gone");
    }

    @Test
    void reservesLittleForWhatWasOnlyDeclared() {
        List<FakeBody> bodies = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            FakeBody body = new FakeBody(Integer.MAX_VALUE - 8);
            collect(body, Integer.MAX_VALUE);
            body.reader().onData(ByteBuffer.wrap(new byte[] {1}));
            bodies.add(body);
        }
        assertThat(bodies).hasSize(1_000);
        assertThat(calls).isEmpty();
    }

    private void collect(Body body, int limit) {
        new BodyCollector(limit) {
            @Override
            protected void onComplete(byte[] bytes) {
                collected = bytes;
                calls.add("complete");
            }

            @Override
            protected void onTooLarge() {
                calls.add("tooLarge");
            }

            @Override
            protected void onAborted(IOException cause) {
                calls.add("aborted " + cause.getMessage());
            }
        }.collect(body);
    }

    private static final class FakeBody implements Body {
        private final long length;
        private @Nullable Reader reader;

        FakeBody(long length) {
            this.length = length;
        }

        Reader reader() {
            if (reader == null) {
                throw new IllegalStateException("nobody reads");
            }
            return reader;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void read(Reader to) {
            reader = to;
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}
    }
}
