package dev.pharos.protocol.socketio;

import dev.pharos.http.EventLoop;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sockets of one namespace on one loop, and the rooms they are in. On the loop only. */
final class NamespaceLane {

    private final EventLoop loop;
    private final Set<Socket> sockets = new LinkedHashSet<>();
    private final Map<String, Set<Socket>> rooms = new HashMap<>();
    /** While there are sockets, if they are fed from the log. */
    private @Nullable LogFeed feed;

    NamespaceLane(EventLoop loop) {
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    /** Makes sure that its sockets are fed from the log; false when the hub has no room for that. */
    boolean feed(Recovery recovery, String namespace) {
        if (feed == null) {
            feed = LogFeed.open(this, recovery, namespace);
        }
        return feed != null;
    }

    /** Nobody is left to be fed. */
    void endFeedIfEmpty() {
        LogFeed open = feed;
        if (open != null && sockets.isEmpty()) {
            feed = null;
            open.close();
        }
    }

    void add(Socket socket) {
        sockets.add(socket);
        for (String room : socket.rooms()) {
            join(socket, room);
        }
    }

    void remove(Socket socket) {
        if (sockets.remove(socket)) {
            for (String room : socket.rooms()) {
                leave(socket, room);
            }
            endFeedIfEmpty();
        }
    }

    void join(Socket socket, String room) {
        if (sockets.contains(socket)) {
            rooms.computeIfAbsent(room, r -> new LinkedHashSet<>(2)).add(socket);
        }
    }

    void leave(Socket socket, String room) {
        Set<Socket> members = rooms.get(room);
        if (members != null && members.remove(socket) && members.isEmpty()) {
            rooms.remove(room);
        }
    }

    /** Gives each socket that an event is for, once. */
    void forEach(Set<String> to, Set<String> except, Consumer<Socket> action) {
        for (Socket socket : members(to)) {
            if (except.isEmpty() || !isIn(socket, except)) {
                action.accept(socket);
            }
        }
    }

    private Set<Socket> members(Set<String> to) {
        if (to.isEmpty()) {
            return sockets;
        }
        if (to.size() == 1) {
            return rooms.getOrDefault(to.iterator().next(), Set.of());
        }
        Set<Socket> union = new LinkedHashSet<>();
        for (String room : to) {
            union.addAll(rooms.getOrDefault(room, Set.of()));
        }
        return union;
    }

    private boolean isIn(Socket socket, Set<String> some) {
        for (String room : some) {
            if (rooms.getOrDefault(room, Set.of()).contains(socket)) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return sockets.size();
    }
}
