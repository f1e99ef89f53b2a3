package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.hub.Utf8;
import dev.pharos.hub.WireFormat;
import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The subscriptions of a session, by the names that its peer gives them. On the session's loop only. */
final class Subscriptions {

    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int MOST_SELECTOR_BYTES = 256 << 10;

    private final Context context;
    private final Hub hub;
    private final Peer peer;
    private final Tenure tenure;
    private final Function<String, WireFormat> formats;
    private final Map<String, NamedSubscription> byName = new LinkedHashMap<>();
    /** Of all together. */
    private int selectorBytes;

    private @Nullable Member member;

    /** None yet. */
    Subscriptions(Context context, Peer peer, Tenure tenure, Function<String, WireFormat> formats) {
        this.context = context;
        this.hub = context.hub();
        this.peer = peer;
        this.tenure = tenure;
        this.formats = formats;
    }

    void open(Command.Subscribe command) {
        String name = command.subscription();
        String ref = command.ref();
        if (byName.containsKey(name)) {
            throw bad("exists", name, ref, "subscription '" + name + "' exists; unsubscribe it first");
        }
        if (byName.size() == MOST_SUBSCRIPTIONS) {
            throw bad("too-many", name, ref, "a session has at most " + MOST_SUBSCRIPTIONS + " subscriptions");
        }
        try {
            open(
                    name,
                    SubscribeParameters.selectors(command.topics(), hub.limits()),
                    SubscribeParameters.mode(command.deliver()),
                    new Start(SubscribeParameters.checkedCursor(command.lastEventId()), command.last(), false),
                    ref);
        } catch (BadRequestException invalid) {
            throw bad("invalid", name, ref, invalid.sentence());
        }
    }

    void open(String name, Selectors selectors, DeliveryMode mode, Start start, @Nullable String ref) {
        int bytes = selectors.texts().stream().mapToInt(Utf8::length).sum();
        if (selectorBytes + bytes > MOST_SELECTOR_BYTES) {
            throw bad(
                    "too-many",
                    name,
                    ref,
                    "the selectors of a session have at most %d bytes together, this would make %d"
                            .formatted(MOST_SELECTOR_BYTES, selectorBytes + bytes));
        }
        try {
            tenure.caller().requireRead();
        } catch (RefusedException refused) {
            throw new Command.BadCommandException(refused, name, ref);
        }
        Interest interest = new Interest(selectors, tenure.caller().permit().subscribe(), formats.apply(name), mode);
        NamedSubscription opening = new NamedSubscription(this, peer, name, selectors, bytes, ref);
        Subscription subscription = hub.subscribe(peer.lane().loop(), interest, start, opening);
        if (subscription == null) {
            overloaded(name, ref);
            return;
        }
        byName.put(name, opening);
        selectorBytes += bytes;
        opening.readFrom(subscription);
    }

    private void overloaded(String name, @Nullable String ref) {
        peer.send(Frames.error("overloaded", name, ref, Busy.reason(hub) + "; try again later"));
    }

    private static Command.BadCommandException bad(
            String code, String subscription, @Nullable String ref, String message) {
        return new Command.BadCommandException(code, subscription, ref, message);
    }

    void close(Command.Unsubscribe command) {
        NamedSubscription closing = byName.get(command.subscription());
        if (closing == null) {
            throw bad(
                    "unknown",
                    command.subscription(),
                    command.ref(),
                    "there is no subscription '" + SubscribeParameters.shown(command.subscription()) + "'");
        }
        closing.leave();
        peer.send(Frames.unsubscribed(command, closing.cursor()));
        closing.close();
    }

    /** A subscription is over; its name is free. */
    void remove(NamedSubscription over) {
        if (byName.remove(over.name(), over)) {
            selectorBytes -= over.selectorBytes();
        }
    }

    /** All go on with what the token grants now. */
    void regrant() {
        Selectors grants = tenure.caller().permit().subscribe();
        for (NamedSubscription subscription : List.copyOf(byName.values())) {
            if (!subscription.grants().equals(grants) && !subscription.regrant(hub, grants)) {
                overloaded(subscription.name(), null);
            }
        }
    }

    /** The peer takes more. */
    void onReady() {
        if (byName.isEmpty()) {
            return;
        }
        for (NamedSubscription subscription : List.copyOf(byName.values())) {
            if (!peer.session().ready()) {
                break;
            }
            subscription.onReady();
        }
    }

    /** Says of each how far it is, where events did not. */
    void announce() {
        if (peer.session().ready() && !byName.isEmpty()) {
            peer.lane().pass();
            for (NamedSubscription subscription : List.copyOf(byName.values())) {
                subscription.announce();
            }
        }
    }

    /** Ends all in silence. */
    void closeAll() {
        byName.values().forEach(NamedSubscription::close);
        byName.clear();
        if (member != null) {
            member.leave();
            member = null;
        }
    }

    /** Lets others know that these are read, where they may. */
    List<LiveSubscription> join(Selectors selectors) {
        Attendance attendance = context.attendance();
        if (attendance == null) {
            return List.of();
        }
        Member joining = member != null ? member : attendance.member();
        member = joining;
        List<LiveSubscription> known = Attendance.of(joining, selectors, tenure.caller());
        joining.join(known);
        return known;
    }

    void leave(List<LiveSubscription> known) {
        if (member != null && !known.isEmpty()) {
            member.leave(known);
        }
    }
}
