package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.hub.WireFormat;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The command protocol {@code pharos.v1} over one session, whatever carries that: finds out who is at the other end, and then
 * has a {@link Conversation}. On the session's loop only.
 *
 * <p>Made by {@link EventsProtocol#gateway()}. Messages are text, each a JSON object; its states are in
 * {@code docs/http-api.md}.
 */
final class Gateway implements SessionListener {

    /** How much may come before it is known who sends it. */
    private static final int MOST_EARLY_CHARS = 64 << 10;

    /** What a message takes beside its text: also empty ones are bounded. */
    private static final int CHARS_AROUND_A_MESSAGE = 32;

    private final Context context;
    private final Function<String, WireFormat> formats;

    /** Known from the start, of some; null when the conversation has begun. */
    private @Nullable Publisher publisher;
    /** What is to be read from the start; null when the conversation has begun. */
    private @Nullable SubscribeParameters initial;

    private @Nullable Peer peer;
    /** What came before it was known who sends it; null when nothing did, and afterwards. */
    private @Nullable List<String> early;

    private int earlyChars;
    /** Of a session whose sender was not known before it began. */
    private Caps.@Nullable Lease lease;
    /** With whom that is once that is known. */
    private @Nullable Conversation conversation;

    /**
     * The gateway to a hub for a session that is to be opened.
     *
     * @param publisher who it is for; null if that is to be found out from what opened the session
     * @param initial what the subscription without a name is to read from the start, or null for none
     */
    Gateway(Context context, @Nullable Publisher publisher, @Nullable SubscribeParameters initial) {
        this(context, publisher, initial, GatewayFormat::new);
    }

    /** The same with events in a form of another protocol's own, by the client's name for a subscription. */
    Gateway(
            Context context,
            @Nullable Publisher publisher,
            @Nullable SubscribeParameters initial,
            Function<String, WireFormat> formats) {
        this.context = context;
        this.publisher = publisher;
        this.initial = initial;
        this.formats = formats;
    }

    @Override
    public void onOpen(Session session) {
        peer = new Peer(context, session);
        Publisher known = publisher;
        if (known == null) {
            findOut(session.handshake());
        } else {
            begin(known);
        }
    }

    /** Has the token of the request judged that opened the session. */
    private void findOut(Handshake handshake) {
        Access.Decision decision = entering(handshake.remoteAddress(), handshake::headers);
        try {
            SessionDoor.decide(context, handshake, peer().lane().loop(), decision);
        } catch (RefusedException malformed) {
            refuse(malformed);
        }
    }

    private Access.Decision entering(SocketAddress remote, Function<String, List<String>> headers) {
        Caps caps = context.access().caps();
        return new Access.Decision() {
            @Override
            public void permitted(Caller caller) {
                if (peer().hasEnded()) {
                    return;
                }
                try {
                    lease = caps.enter(remote, headers, caller);
                } catch (RefusedException full) {
                    refused(full);
                    return;
                }
                begin(new Publisher(context, caller, caps.publisher(remote, headers, caller)));
            }

            @Override
            public void refused(RefusedException why) {
                refuse(why);
            }
        };
    }

    private void refuse(RefusedException why) {
        if (peer().hasEnded()) {
            return;
        }
        peer().send(why, null, null);
        boolean later = why.reason() == Reason.UNAVAILABLE || why.reason() == Reason.LIMITED;
        peer().end(later ? Peer.TRY_AGAIN_LATER : Peer.POLICY_VIOLATION, later ? "try again later" : "not permitted");
    }

    private void begin(Publisher known) {
        SubscribeParameters wanted = initial;
        List<String> waiting = early;
        publisher = null;
        initial = null;
        early = null;
        Conversation begun = new Conversation(context, peer(), known, formats);
        conversation = begun;
        begun.start(wanted);
        if (waiting != null) {
            waiting.forEach(begun::onMessage);
        }
    }

    @Override
    public void onMessage(String message) {
        if (conversation != null) {
            conversation.onMessage(message);
        } else if (!peer().hasEnded()) {
            keep(message);
        }
    }

    private void keep(String message) {
        earlyChars += message.length() + CHARS_AROUND_A_MESSAGE;
        if (earlyChars > MOST_EARLY_CHARS) {
            early = null;
            peer().end(Peer.TRY_AGAIN_LATER, "too much came before it was known from whom");
            return;
        }
        if (early == null) {
            early = new ArrayList<>(1);
        }
        early.add(message);
    }

    @Override
    public void onBinary(ByteBuffer message) {
        peer().end(Peer.UNACCEPTABLE_DATA, "pharos.v1 has text messages only");
    }

    @Override
    public void onReady() {
        if (conversation != null) {
            conversation.onReady();
        }
    }

    @Override
    public void onDrain() {
        peer().drain();
    }

    @Override
    public void onClose(CloseReason reason) {
        peer().gone();
        if (conversation != null) {
            conversation.stop();
        }
        if (lease != null) {
            lease.close();
        }
    }

    private Peer peer() {
        return Objects.requireNonNull(peer);
    }
}
