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

    /** Takes an answer; false when it is none to this. */
    boolean take(GatewayFrame frame) {
        if (frame.ref() == null || !unanswered.remove(frame.ref())) {
            return false;
        }
        if (frame.isResumed()) {
            finishIfAnswered();
        } else {
            whole.complete(false);
        }
        return true;
    }

    private void finishIfAnswered() {
        if (isComplete && unanswered.isEmpty()) {
            whole.complete(true);
        }
    }
}
