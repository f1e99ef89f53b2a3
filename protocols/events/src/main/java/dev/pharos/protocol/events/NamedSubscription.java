package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Subscription;
import dev.pharos.log.Cursor;
import dev.pharos.presence.LiveSubscription;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of a session's {@link Subscriptions}: brings its peer what there is when it takes it. On the session's loop only. */
final class NamedSubscription implements Subscription.Listener {

    /** As much as a sheet of events mostly becomes, so that runs are whole sheets, which readers at many places share. */
    private static final int RUN_BYTES = 32 << 10;
    /** What a reader takes in one turn: no more than is kept of the newest runs, so that all readers share them. */
    private static final int MOST_RUNS = 4;

    private final Subscriptions all;
    private final Peer peer;
    private final String name;
    private final Selectors selectors;
    private final int selectorBytes;
    /** What the answer to its subscribing refers to. */
    private @Nullable String ref;

    private @Nullable Subscription subscription;
    private boolean open;
    private boolean yielded;
    private long announced;
    /** What others may know of it. */
    private List<LiveSubscription> known = List.of();

    /** One that is to be opened, and then to {@linkplain #readFrom read}. */
    NamedSubscription(
            Subscriptions all, Peer peer, String name, Selectors selectors, int selectorBytes, @Nullable String ref) {
        this.all = all;
        this.peer = peer;
        this.name = name;
        this.selectors = selectors;
        this.selectorBytes = selectorBytes;
        this.ref = ref;
    }

    String name() {
        return name;
    }

    int selectorBytes() {
        return selectorBytes;
    }

    Selectors grants() {
        return subscription().interest().grants();
    }

    /** How far it is, or null while it is not open. */
    @Nullable
    Cursor cursor() {
        return open ? subscription().cursor() : null;
    }

    private Subscription subscription() {
        return Objects.requireNonNull(subscription);
    }

    void readFrom(Subscription opened) {
        subscription = opened;
        onReady();
    }

    @Override
    public void onOpen(Notice outcome) {
        if (peer.hasEnded()) {
            return;
        }
        if (open) { // it goes on with other grants
            if (outcome.state() == Notice.State.LOST) {
                peer.send(Objects.requireNonNull(
                        subscription().interest().format().encode(outcome)));
            }
            return;
        }
        open = true;
        announced = outcome.from().position();
        peer.send(Frames.subscribed(name, outcome, ref));
        ref = null;
        known = all.join(selectors);
    }

    @Override
    public void onReady() {
        Subscription from = subscription;
        if (from == null || !open || peer.hasEnded() || yielded) {
            return;
        }
        for (int runs = 0; peer.session().ready(); runs++) {
            if (runs == MOST_RUNS) {
                yieldTurn();
                break;
            }
            Encoded bytes = from.poll(RUN_BYTES);
            if (bytes == null) {
                break;
            }
            peer.send(bytes);
            announced = Math.max(announced, from.delivered());
        }
    }

    /** Goes on when the others, who want the same bytes, have had their turn. */
    private void yieldTurn() {
        yielded = true;
        peer.lane().loop().executeLast(() -> {
            yielded = false;
            onReady();
        });
    }

    /** Says how far it is, where events did not. */
    void announce() {
        Subscription from = subscription();
        if (open && from.position() > announced && peer.session().ready()) {
            announced = from.position();
            peer.send(Frames.cursor(name, from.cursor()));
        }
    }

    /**
     * Goes on from the same place with other grants.
     *
     * @return false, and it is over, if the hub has no room for it
     */
    boolean regrant(Hub hub, Selectors grants) {
        Subscription from = subscription();
        if (!open) { // it has sent nothing yet, and is opened again as it was to be
            from.close();
            all.remove(this);
            peer.send(Frames.error("unavailable", name, ref, "the token changed meanwhile; subscribe again"));
            return true;
        }
        Subscription next = hub.withGrants(peer.lane().loop(), from, grants, this);
        if (next == null) {
            leave();
            return false;
        }
        subscription = next;
        return true;
    }

    /** Its name is free, and others learn that it is over. */
    void leave() {
        all.remove(this);
        all.leave(known);
        known = List.of();
    }

    /** Ends it; nothing comes any more. */
    void close() {
        subscription().close();
    }

    @Override
    public void onDrain() {
        peer.drain();
    }

    @Override
    public void onFailure(RuntimeException cause) {
        leave();
        if (!peer.hasEnded()) {
            peer.send(Frames.error("unavailable", name, ref, "the history cannot be read now; subscribe again later"));
        }
    }
}
