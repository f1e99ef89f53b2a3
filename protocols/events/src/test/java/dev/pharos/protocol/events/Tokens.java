package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.Permit.Payloads;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.auth.TokenSources;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.hub.Selectors;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An authorizer that knows each token a test has made, and may take its time. */
final class Tokens implements Authorizer {

    private final Map<String, Permit> permits = new HashMap<>();
    Permit anonymous = Permit.anonymous(false, false);
    Caps caps = Caps.NONE;
    boolean isSlow;

    @Nullable
    RefusedException outage;

    private final List<Runnable> waiting = new ArrayList<>();

    /** Makes a token that grants selectors, separated by spaces. */
    String make(String name, @Nullable String subject, String publish, String subscribe, long expires) {
        permits.put(
                name,
                new Permit(
                        subject,
                        true,
                        selectors(publish),
                        selectors(subscribe),
                        expires,
                        selector -> "{\"who\":\"" + subject + "\"}"));
        return "Authorization: Bearer " + name;
    }

    String make(String name, String publish, String subscribe) {
        return make(name, name, publish, subscribe, Permit.NEVER);
    }

    /** A token that may publish but not read. */
    String publisher(String name) {
        permits.put(name, new Permit(name, false, Selectors.EVERYTHING, Selectors.NONE, Permit.NEVER, Payloads.NONE));
        return "Authorization: Bearer " + name;
    }

    private static Selectors selectors(String texts) {
        return texts.isEmpty() ? Selectors.NONE : Selectors.of(texts.split(" ", -1));
    }

    Access access(InstantSource clock) {
        return new Access(
                this, TokenSources.DEFAULT, AllowedOrigins.of(List.of("https://publisher.example")), clock, caps);
    }

    @Override
    public CompletionStage<Permit> authorize(@Nullable Credentials credentials) {
        if (credentials == null) {
            return CompletableFuture.completedStage(anonymous);
        }
        CompletableFuture<Permit> result = new CompletableFuture<>();
        Permit known = permits.get(credentials.token());
        Runnable answer = () -> {
            if (outage != null) {
                result.completeExceptionally(outage);
            } else if (known == null) {
                result.completeExceptionally(new RefusedException(Reason.INVALID_TOKEN, "the token is not good"));
            } else {
                result.complete(known);
            }
        };
        if (isSlow) {
            waiting.add(answer);
        } else {
            answer.run();
        }
        return result;
    }

    /** How many wait for an answer. */
    int waiting() {
        return waiting.size();
    }

    /** Answers all who wait. */
    void answerAll() {
        List<Runnable> answers = List.copyOf(waiting);
        waiting.clear();
        answers.forEach(Runnable::run);
    }
}
