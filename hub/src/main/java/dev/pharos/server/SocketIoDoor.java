package dev.pharos.server;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.socketio.Admission;
import dev.pharos.protocol.socketio.ConnectRefusedException;
import dev.pharos.protocol.socketio.ConnectRequest;
import dev.pharos.session.Handshake;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who may connect by Socket.IO: whoever brings a token that is good, or none. Gives the {@link Caller}.
 *
 * <p>A token that is not good is refused with a sentence, and {@code code} as in {@code pharos.v1}. Whoever may come again
 * later loses the session, so that stock clients do by themselves.
 */
final class SocketIoDoor implements Admission {

    private final EventsProtocol events;

    SocketIoDoor(EventsProtocol events) {
        this.events = events;
    }

    @Override
    public CompletionStage<?> admit(ConnectRequest request) {
        CompletableFuture<Caller> answer = new CompletableFuture<>();
        Access.Decision decision = new Access.Decision() {
            @Override
            public void permitted(Caller caller) {
                Caps.Lease lease = request.lease();
                try {
                    if (lease != null) {
                        lease.claim(caller);
                    }
                } catch (RefusedException full) {
                    refused(full);
                    return;
                }
                answer.complete(caller);
            }

            @Override
            public void refused(RefusedException why) {
                answer.completeExceptionally(refusal(why));
            }
        };
        try {
            events.decide(handshake(request), request.loop(), decision);
        } catch (RefusedException malformed) {
            decision.refused(malformed);
        }
        return answer;
    }

    private static ConnectRefusedException refusal(RefusedException why) {
        return why.reason() == Reason.LIMITED || why.reason() == Reason.UNAVAILABLE
                ? ConnectRefusedException.forNow(why.sentence())
                : new ConnectRefusedException(why.sentence(), Map.of("code", EventsProtocol.code(why)));
    }

    /** The token that came with the connect, if any, stands in the place of one that came in a header. */
    private static Handshake handshake(ConnectRequest request) {
        if (!(request.auth().get("token") instanceof String token) || token.isEmpty()) {
            return request.handshake();
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new RefusedException(Reason.INVALID_TOKEN, "the token has characters that no token has");
        }
        return request.handshake().with("Authorization", "Bearer " + token);
    }
}
