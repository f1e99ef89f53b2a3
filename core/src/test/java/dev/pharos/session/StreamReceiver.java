package dev.pharos.session;

import dev.pharos.http.Encoded;
import java.util.ArrayList;
import java.util.List;

/** A receiver that stays, whose peer takes as much as a test says. */
final class StreamReceiver implements Receiver {

    private final ProtocolSession session;
    final List<String> taken = new ArrayList<>();
    private boolean ready = true;
    boolean paused;

    StreamReceiver(ProtocolSession session) {
        this.session = session;
    }

    void ready(boolean takes) {
        boolean was = ready;
        ready = takes;
        if (takes && !was) {
            session.onReady(this);
        }
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public void text(Encoded messages) {
        for (int part = 0; part < messages.parts(); part++) {
            taken.add(messages.slice(part, part + 1).toString());
        }
    }

    @Override
    public void binary(byte[] message) {
        taken.add("binary " + message.length);
    }

    @Override
    public void heartbeat() {
        taken.add("heartbeat");
    }

    @Override
    public boolean close(int code, String reason) {
        taken.add("close " + code + " " + reason);
        session.execute(() -> session.detach(this));
        return true;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    List<String> take() {
        List<String> all = List.copyOf(taken);
        taken.clear();
        return all;
    }
}
