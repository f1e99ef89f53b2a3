package dev.pharos.server;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Subscriptions that are opened again for a client that has come back, until it is known of all of them whether something is missing. */
final class SocketIoRestoration {

    private final CompletableFuture<Boolean> whole = new CompletableFuture<>();
    private final Set<String> unanswered = new HashSet<>(2);
    private boolean isComplete;

    /** Completes when nothing is missing of any, or something is of one. */
    CompletionStage<Boolean> whole() {
        return whole;
    }

    /** One more is asked for. */
    void await(String ref) {
        unanswered.add(ref);
    }

    /** All have been asked for. */
    void complete() {
        isComplete = true;
        finishIfAnswered();
    }

    /** Takes what the gateway says. Beside answers that is an end of something, which the client does not know to have. */
    void take(GatewayFrame frame) {
        if (frame.ref() != null && unanswered.remove(frame.ref()) && frame.isResumed()) {
            finishIfAnswered();
        } else {
            fail();
        }
    }

    /** It cannot go on as it was. */
    void fail() {
        whole.complete(false);
    }

    private void finishIfAnswered() {
        if (isComplete && unanswered.isEmpty()) {
            whole.complete(true);
        }
    }
}
