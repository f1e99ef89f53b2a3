package dev.pharos.protocol.socketio;

import dev.pharos.hub.Scheduler;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections that broke a while ago, by their private ids, oldest first. Bounded in number and in bytes; the oldest go first.
 * Thread-safe.
 */
final class Recoverables {

    /** What is kept of a socket. */
    record Kept(
            String namespace,
            String id,
            String privateId,
            Set<String> rooms,
            @Nullable Object attachment,
            long bytes,
            long until) {}

    private static final long LEAST_BYTES = 4 << 20;
    /** Of what keeps one, and of a room beside its name. */
    private static final long BYTES_AROUND_ONE = 512;

    private static final long BYTES_AROUND_A_ROOM = 64;

    private final Scheduler scheduler;
    private final long keepNanos;
    private final int most;
    private final long mostBytes;
    private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();
    private long bytes;
    private boolean scheduled;

    /** None yet; a sixteenth of the heap at most. */
    Recoverables(ConnectionRecovery recovery, Scheduler scheduler) {
        this(recovery, scheduler, Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 16));
    }

    Recoverables(ConnectionRecovery recovery, Scheduler scheduler, long mostBytes) {
        this.scheduler = scheduler;
        this.keepNanos = recovery.keepMillis() * 1_000_000;
        this.most = recovery.most();
        this.mostBytes = mostBytes;
    }

    synchronized void keep(Socket socket, String privateId) {
        Set<String> rooms = socket.rooms();
        Object attachment = socket.attachment();
        put(new Kept(
                socket.namespace().name(),
                socket.id(),
                privateId,
                rooms,
                attachment,
                bytes(rooms, attachment),
                scheduler.nanoTime() + keepNanos));
    }

    private static long bytes(Set<String> rooms, @Nullable Object attachment) {
        long names = 0;
        for (String room : rooms) {
            names += BYTES_AROUND_A_ROOM + 2L * room.length();
        }
        return BYTES_AROUND_ONE + names + (attachment instanceof SizedAttachment sized ? sized.bytes() : 0);
    }

    /** Keeps what was taken for a connection that broke as well, before a socket went on for it. */
    synchronized void keepAgain(Kept taken) {
        put(new Kept(
                taken.namespace(),
                taken.id(),
                taken.privateId(),
                taken.rooms(),
                taken.attachment(),
                taken.bytes(),
                scheduler.nanoTime() + keepNanos));
    }

    private void put(Kept one) {
        remove(one.privateId());
        kept.put(one.privateId(), one);
        bytes += one.bytes();
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
        remove(privateId);
        return found;
    }

    private void remove(String privateId) {
        Kept removed = kept.remove(privateId);
        if (removed != null) {
            bytes -= removed.bytes();
        }
    }

    synchronized int size() {
        return kept.size();
    }

    private void purge() {
        long now = scheduler.nanoTime();
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext()) {
            Kept one = oldest.next();
            boolean isExpired = one.until() - now <= 0;
            if (!isExpired && kept.size() <= most && bytes <= mostBytes) {
                return;
            }
            oldest.remove();
            bytes -= one.bytes();
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
