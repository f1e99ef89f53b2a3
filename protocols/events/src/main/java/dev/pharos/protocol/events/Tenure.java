package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;

/** Who is at the other end of a session, and until when; a later token of the same holder renews it. On its loop only. */
final class Tenure {

    private final Context context;
    private final Peer peer;
    private Publisher publisher;
    private long term;
    /** One token at a time, so that they cannot pile up, nor an earlier one overtake a later one. */
    private boolean judging;

    Tenure(Context context, Peer peer, Publisher publisher) {
        this.context = context;
        this.peer = peer;
        this.publisher = publisher;
        this.term = Term.of(context, publisher.caller());
    }

    Publisher publisher() {
        return publisher;
    }

    Caller caller() {
        return publisher.caller();
    }

    /** Whether it is over, or would be before a timer told. */
    boolean isOver() {
        return Term.isOver(context, term);
    }

    /** The lesser of a delay and what is left of it, in milliseconds. */
    long cut(long delay) {
        return Term.cut(context, term, delay);
    }

    /**
     * Has a token judged, and answers; refuses it at once while another one is judged.
     *
     * @param renewed run behind the answer when the token was good
     */
    void renew(Command.Token command, Runnable renewed) {
        if (judging) {
            throw new Command.BadCommandException(
                    "too-many", null, command.ref(), "another token is being judged; send this one after its answer");
        }
        judging = true;
        Credentials token = new Credentials(Credentials.Source.HEADER, command.token());
        context.access().decide(token, peer.lane().loop(), new Access.Decision() {
            @Override
            public void permitted(Caller later) {
                judging = false;
                if (peer.hasEnded()) {
                    return;
                }
                try {
                    goOn(Renewal.renewed(caller(), later));
                } catch (RefusedException why) {
                    refused(why);
                    return;
                }
                Permit permit = caller().permit();
                peer.send(Frames.renewed(command.ref(), permit.expires() ? permit.expiresAtMillis() : -1));
                renewed.run();
            }

            @Override
            public void refused(RefusedException why) {
                judging = false;
                if (!peer.hasEnded()) {
                    peer.send(why, null, command.ref());
                }
            }
        });
    }

    private void goOn(Caller later) {
        publisher = new Publisher(context, later, publisher.rateName());
        term = Term.of(context, later);
    }
}
