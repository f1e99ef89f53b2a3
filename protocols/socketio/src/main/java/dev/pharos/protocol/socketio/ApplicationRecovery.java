package dev.pharos.protocol.socketio;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery by an application that knows itself what a client has missed. What is emitted goes straight to
 * the clients; the last argument of an event, if it is a text, is its offset, which a client names when it comes back.
 *
 * @param restorer judges who comes back
 * @param keepMillis how long a broken connection can be recovered
 * @param most how many broken connections are kept, and no more than a sixteenth of the heap; the oldest go first
 */
public record ApplicationRecovery(Restorer restorer, long keepMillis, int most) implements ConnectionRecovery {

    /** Judges whether a connection can go on for one that broke. */
    @FunctionalInterface
    public interface Restorer {

        /**
         * Finds out whether everything that the client missed can still be sent. Called on the socket's loop; must not block.
         *
         * @param socket the one that is to go on, with the id, the rooms and the attachment of the one that broke. The client
         *     does not know of it yet: nothing is sent to it before it has connected. If that is not to be, it ends, which
         *     its own listeners are told
         * @param offset of the last event the client got, or null for none
         * @return true when nothing is missing: the socket connects, as one that is recovered. Else the client is given
         *     another one, and begins anew
         */
        CompletionStage<Boolean> restore(Socket socket, @Nullable String offset);
    }

    /** Checks its parts. */
    public ApplicationRecovery {
        if (keepMillis < 1 || most < 1) {
            throw new IllegalArgumentException("times and bounds are positive");
        }
    }
}
