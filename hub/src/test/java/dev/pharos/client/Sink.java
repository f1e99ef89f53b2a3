package dev.pharos.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Keeps what it gets; can block or be closed. */
final class Sink implements EventSink {

    final List<String> flushed = new CopyOnWriteArrayList<>();
    volatile boolean closed;
    private final List<String> pending = new ArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean blocked;

    void block() {
        gate = new CountDownLatch(1);
    }

    boolean blocked() {
        return blocked;
    }

    void unblock() {
        gate.countDown();
    }

    @Override
    public void event(String data) throws IOException {
        if (closed) {
            throw new IOException("Broken pipe");
        }
        blocked = gate.getCount() > 0;
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        pending.add(data);
    }

    @Override
    public void flush() {
        flushed.addAll(pending);
        pending.clear();
    }
}
