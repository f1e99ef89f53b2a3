package dev.pharos.host.netty;

import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.ResponseStream;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream that a test holds, with what it was told. */
final class TestStream implements ResponseStream.Listener {

    final Request request;
    final ResponseStream stream;
    final AtomicInteger readies = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();

    private volatile Runnable ready = () -> {};

    TestStream(Request request, Reply reply) {
        this.request = request;
        this.stream = reply.stream(200, Headers.NONE, this);
    }

    /** Has a task run whenever the stream becomes ready again. */
    void whenReady(Runnable task) {
        ready = task;
    }

    @Override
    public void onReady() {
        readies.incrementAndGet();
        ready.run();
    }

    @Override
    public void onClose() {
        closes.incrementAndGet();
    }

    /** Runs a task on the stream's loop. */
    void onLoop(Runnable task) {
        request.loop().execute(task);
    }
}
