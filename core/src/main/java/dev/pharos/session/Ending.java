package dev.pharos.session;

/**
 * The end of a session: what waits is sent, the peer is told, then the listener; latecomers are told again for a while, and
 * then nothing is left. On the session's loop only.
 */
final class Ending {

    private final ProtocolSession session;
    private final CloseReason reason;
    private final int code;
    private final String sentence;

    /** A receiver was to tell the peer, or there is no use in waiting for one. */
    private boolean peerTold;
    /** The listener was told, or will be. */
    private boolean listenerTold;
    /** Until when latecomers are told; of no meaning before the listener was. */
    private long keptUntil;

    Ending(ProtocolSession session, CloseReason reason, int code, String sentence) {
        this.session = session;
        this.reason = reason;
        this.code = code;
        this.sentence = sentence;
    }

    /** Whether what waits is sent, and the listener has to wait until the peer was told. */
    boolean isPatient() {
        return reason == CloseReason.SERVER || reason == CloseReason.DRAIN;
    }

    /** Gives a receiver all that waits, and the end. */
    void tell(Receiver to) {
        Unsent unsent = session.unsent();
        while (session.isAttached(to) && !unsent.isEmpty()) {
            unsent.giveNext(to);
        }
        if (session.isAttached(to)) {
            peerTold |= to.close(code, sentence);
        }
        settle();
    }

    /** Waits for what is left to be done: telling the peer, then latecomers; or is done. */
    void settle() {
        if (session.isGone()) {
            return; // the receiver that was told has gone in the middle of that, and with it the session
        }
        session.lane().timers().cancel(session);
        if (!isPatient()) {
            tellListener();
        }
        if (session.receiver() != null) {
            return; // its connection is about to end
        }
        if (isPatient() && !peerTold) {
            waitFor(session.options().lingerMillis());
            return;
        }
        tellListener();
        long left = (keptUntil - session.lane().timers().nanoTime()) / 1_000_000;
        if (session.options().echoMillis() > 0 && left > 0) {
            waitFor(left);
        } else {
            session.forget();
        }
    }

    private void waitFor(long millis) {
        session.lane().timers().schedule(session, millis);
    }

    /** What was waited for has not come. */
    void onDue() {
        peerTold = true;
        settle();
    }

    private void tellListener() {
        if (!listenerTold) {
            listenerTold = true;
            keptUntil = session.lane().timers().nanoTime() + session.options().echoMillis() * 1_000_000;
            session.over(reason);
        }
    }
}
