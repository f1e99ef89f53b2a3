package dev.pharos.session;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it is told, in a few words. */
final class RecordingListener implements SessionListener {

    final List<String> told = new ArrayList<>();
    private @Nullable Session session;
    Consumer<String> onMessage = message -> {};
    Runnable onReady = () -> {};
    Runnable onDrain = () -> {};

    Session session() {
        return requireNonNull(session);
    }

    @Override
    public void onOpen(Session opened) {
        session = opened;
        told.add("open");
    }

    @Override
    public void onMessage(String message) {
        told.add(message);
        onMessage.accept(message);
    }

    @Override
    public void onBinary(ByteBuffer message) {
        told.add("binary " + message.remaining());
    }

    @Override
    public void onReady() {
        told.add("ready");
        onReady.run();
    }

    @Override
    public void onDrain() {
        told.add("drain");
        onDrain.run();
    }

    @Override
    public void onClose(CloseReason reason) {
        told.add("closed " + reason);
    }

    /** What was told since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(told);
        told.clear();
        return taken;
    }
}
