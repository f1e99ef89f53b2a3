package dev.pharos.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Judges tokens: what whoever holds one may do. Thread-safe. */
@FunctionalInterface
public interface Authorizer {

    /**
     * Anybody reads and publishes public events, and private events reach nobody: a hub without keys. Tokens are not
     * looked at.
     */
    Authorizer OPEN = new Authorizer() {

        private final CompletionStage<Permit> everybody = CompletableFuture.completedStage(Permit.OPEN);

        @Override
        public CompletionStage<Permit> authorize(@Nullable Credentials credentials) {
            return everybody;
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    };

    /**
     * The permit for a request with these credentials, or fails with {@link RefusedException}.
     *
     * <p>Never blocks. Completes before it returns when the answer is known or quickly found; else later on any thread.
     *
     * @param credentials what came in, or null for an anonymous request
     */
    CompletionStage<Permit> authorize(@Nullable Credentials credentials);

    /** Whether everything is open to everybody, so that no reader ever has a grant for a private event. */
    default boolean isOpen() {
        return false;
    }
}
