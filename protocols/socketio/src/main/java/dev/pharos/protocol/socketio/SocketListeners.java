package dev.pharos.protocol.socketio;

import dev.pharos.session.CloseReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an application wants to be told of one socket. On its loop only. */
final class SocketListeners {

    private final Map<String, List<Consumer<SocketEvent>>> events = new HashMap<>(4);
    private final List<BiConsumer<Socket, CloseReason>> ends = new ArrayList<>(1);
    private @Nullable Runnable ready;
    private @Nullable Runnable drain;

    void add(String event, Consumer<SocketEvent> listener) {
        events.computeIfAbsent(event, e -> new ArrayList<>(1)).add(listener);
    }

    void addEnd(BiConsumer<Socket, CloseReason> listener) {
        ends.add(listener);
    }

    void setReady(Runnable listener) {
        ready = listener;
    }

    void setDrain(Runnable listener) {
        drain = listener;
    }

    void onEvent(SocketEvent event) {
        for (Consumer<SocketEvent> listener : List.copyOf(events.getOrDefault(event.name(), List.of()))) {
            listener.accept(event);
        }
    }

    void onReady() {
        if (ready != null) {
            ready.run();
        }
    }

    void onDrain() {
        if (drain != null) {
            drain.run();
        }
    }

    void onEnd(Socket socket, CloseReason reason) {
        ends.forEach(listener -> listener.accept(socket, reason));
    }
}
