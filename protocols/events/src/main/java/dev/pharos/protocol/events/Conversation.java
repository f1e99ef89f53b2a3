package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Timed;
import dev.pharos.hub.WireFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Gateway} has with a peer that it knows: commands are obeyed one after another, and answered. On the session's
 * loop only.
 *
 * <p>It is its own timer: of the heartbeat, and of the end of a token.
 */
final class Conversation extends Timed {

    /** A client with so much in answers to take is not listened to. */
    private static final int MOST_BUFFERED = 16 << 10;

    private final Context context;
    private final Hub hub;
    private final Peer peer;
    private final Tenure tenure;
    private final Subscriptions subscriptions;
    private final Publishes publishes;
    private boolean paused;

    Conversation(Context context, Peer peer, Publisher with, Function<String, WireFormat> formats) {
        this.context = context;
        this.hub = context.hub();
        this.peer = peer;
        this.tenure = new Tenure(context, peer, with);
        this.subscriptions = new Subscriptions(context, peer, tenure, formats);
        this.publishes = new Publishes(hub, peer, tenure, this::resumeIfFree);
    }

    /** Begins, with what is to be read before anything was asked for. */
    void start(@Nullable SubscribeParameters initial) {
        schedule();
        if (initial != null) {
            obey(() -> subscriptions.open("", initial.selectors(), initial.mode(), initial.start(), null));
        }
    }

    void onMessage(String message) {
        if (peer.hasEnded()) {
            return;
        }
        obey(() -> {
            switch (Command.read(message, hub.limits())) {
                case Command.Subscribe command -> subscriptions.open(command);
                case Command.Unsubscribe command -> subscriptions.close(command);
                case Command.Publish command -> publishes.publish(command, message.length());
                case Command.Token command -> tenure.renew(command, this::renewed);
                case Command.Ping command -> peer.send(Frames.pong(command.ref()));
            }
        });
        holdIfBusy();
    }

    private void obey(Runnable command) {
        try {
            command.run();
        } catch (RefusedException refused) {
            peer.send(refused, null, null);
        } catch (Command.BadCommandException bad) {
            peer.send(Frames.error(bad.code(), bad.subscription(), bad.ref(), bad.getMessage()));
        }
    }

    private void renewed() {
        peer.lane().cancel(this);
        schedule();
        subscriptions.regrant();
    }

    /** A client that does not read its answers, or publishes faster than the log takes, has to wait. */
    private void holdIfBusy() {
        if (!peer.hasEnded() && !paused && isBusy()) {
            paused = true;
            peer.session().pause();
        }
    }

    private void resumeIfFree() {
        if (paused && !isBusy()) {
            paused = false;
            peer.session().resume();
        }
    }

    private boolean isBusy() {
        return publishes.areMany() || peer.session().buffered() >= MOST_BUFFERED;
    }

    void onReady() {
        if (!peer.hasEnded()) {
            resumeIfFree();
            subscriptions.onReady();
        }
    }

    /** Tells a client whose subscriptions are quiet how far they are. */
    @Override
    protected void onDue() {
        if (peer.hasEnded()) {
            return;
        }
        if (tenure.isOver()) {
            peer.send(Frames.error("expired", null, null, "the token expires; come back with another one"));
            peer.end(Peer.POLICY_VIOLATION, "the token expires");
            return;
        }
        schedule();
        subscriptions.announce();
    }

    private void schedule() {
        peer.lane().schedule(this, tenure.cut(hub.jitter(context.options().heartbeatSeconds() * 750L)));
    }

    /** The peer has gone. The subscriptions stay until here, so that a hub that drains knows when its readers have been told. */
    void stop() {
        peer.lane().cancel(this);
        subscriptions.closeAll();
    }
}
