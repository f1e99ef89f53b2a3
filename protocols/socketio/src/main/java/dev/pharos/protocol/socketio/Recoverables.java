package dev.pharos.protocol.socketio;

import dev.pharos.hub.Scheduler;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connections that broke a while ago, by their private ids, oldest first. Thread-safe. */
final class Recoverables {

    /** What is kept of a socket. */
    record Kept(
            String namespace,
            String id,
            String privateId,
            Set<String> rooms,
            @Nullable Object attachment,
            long until) {}

    private final Scheduler scheduler;
    private final long keepNanos;
    private final int most;
    private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();
    private boolean scheduled;

    Recoverables(ConnectionRecovery recovery, Scheduler scheduler) {
        this.scheduler = scheduler;
        this.keepNanos = recovery.keepMillis() * 1_000_000;
        this.most = recovery.most();
    }

    synchronized void keep(Socket socket, String privateId) {
        put(new Kept(
                socket.namespace().name(),
                socket.id(),
                privateId,
                socket.rooms(),
                socket.attachment(),
                scheduler.nanoTime() + keepNanos));
    }

    /** Keeps what was taken for a connection that broke as well, before a socket went on for it. */
    synchronized void keepAgain(Kept taken) {
        put(new Kept(
                taken.namespace(),
                taken.id(),
                taken.privateId(),
                taken.rooms(),
                taken.attachment(),
                scheduler.nanoTime() + keepNanos));
    }

    private void put(Kept one) {
        kept.put(one.privateId(), one);
        purge();
        schedule();
    }

    /** Takes what is kept under an id, if it is of this namespace and still good. */
    synchronized @Nullable Kept take(String namespace, String privateId) {
        purge();
        Kept found = kept.get(privateId);
        if (found == null || !found.namespace().equals(namespace)) {
            return null;
        }
        kept.remove(privateId);
        return found;
    }

    synchronized int size() {
        return kept.size();
    }

    private void purge() {
        long now = scheduler.nanoTime();
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext()) {
            boolean isExpired = oldest.next().until() - now <= 0;
            if (!isExpired && kept.size() <= most) {
                return;
            }
            oldest.remove();
        }
    }

    private void schedule() {
        if (!scheduled && !kept.isEmpty()) {
            scheduled = true;
            scheduler.schedule(keepNanos / 1_000_000 + 1, this::onTime);
        }
    }

    private synchronized void onTime() {
        scheduled = false;
        purge();
        schedule();
    }
}
