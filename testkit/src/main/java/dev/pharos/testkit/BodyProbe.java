package dev.pharos.testkit;

import dev.pharos.http.Body;
import dev.pharos.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A reader of a request's body that notes every breach of what {@link Body.Reader} promises.
 *
 * <p>Made on the loop; the figures may be read on any thread.
 */
final class BodyProbe implements Body.Reader {

    private final Faults faults;
    private final Request request;
    private final boolean keeps;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final AtomicLong received = new AtomicLong();
    private int ends;

    /** {@code keeps}: whether the bytes are kept, or only counted. */
    BodyProbe(Faults faults, Request request, boolean keeps) {
        this.faults = faults;
        this.request = request;
        this.keeps = keeps;
    }

    /** Starts reading a body that is kept. */
    static BodyProbe read(Request request, Faults faults) {
        BodyProbe probe = new BodyProbe(faults, request, true);
        request.body().read(probe);
        return probe;
    }

    /** The bytes that came before the end; fails with the cause of an abort. */
    CompletableFuture<byte[]> whole() {
        return whole;
    }

    /** The number of bytes that came. */
    long received() {
        return received.get();
    }

    /** Stops the bytes. */
    void pause() {
        request.loop().execute(request.body()::pause);
    }

    /** Lets the bytes come again. */
    void resume() {
        request.loop().execute(request.body()::resume);
    }

    @Override
    public void onData(ByteBuffer data) {
        check("Reader.onData");
        received.addAndGet(data.remaining());
        if (keeps) {
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            bytes.writeBytes(copy);
        }
    }

    @Override
    public void onEnd() {
        check("Reader.onEnd");
        ends++;
        whole.complete(bytes.toByteArray());
    }

    @Override
    public void onAbort(IOException cause) {
        check("Reader.onAbort");
        ends++;
        whole.completeExceptionally(cause);
    }

    private void check(String call) {
        faults.onLoop(request.loop(), call);
        if (ends > 0) {
            faults.add(call + " was called after the end of the body");
        }
    }
}
