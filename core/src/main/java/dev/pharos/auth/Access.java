package dev.pharos.auth;

import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Request;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The door of a protocol: finds the token of a request, has it judged, and gives the judgement on the request's loop.
 * Immutable.
 *
 * @param sources where tokens may be
 * @param publishOrigins the sites whose pages may use the cookie to publish, beside the hub's own
 * @param clock the time that the ends of permits are in
 */
public record Access(
        Authorizer authorizer, TokenSources sources, AllowedOrigins publishOrigins, InstantSource clock, Caps caps) {

    /** Everything is open to everybody. */
    public static final Access OPEN =
            new Access(Authorizer.OPEN, TokenSources.DEFAULT, AllowedOrigins.NONE, InstantSource.system(), Caps.NONE);

    /** Told of a judgement, once, on the loop of the request. */
    public interface Decision {

        /** This is who it is. */
        void permitted(Caller caller);

        /** Nobody that is let in. */
        void refused(RefusedException why);
    }

    /** The same with tokens in other places. */
    public Access withSources(TokenSources others) {
        return new Access(authorizer, others, publishOrigins, clock, caps);
    }

    /** Whether everything is open to everybody, so that no private event can reach anybody. */
    public boolean isOpen() {
        return authorizer.isOpen();
    }

    /** Judges a request; called on its loop, and may tell before it returns. */
    public void decide(Request request, Decision decision) {
        if (authorizer.isOpen()) {
            decision.permitted(Caller.OPEN);
            return;
        }
        Credentials credentials;
        try {
            credentials = sources.of(request);
        } catch (RefusedException malformed) {
            decision.refused(malformed);
            return;
        }
        decide(credentials, request.loop(), decision);
    }

    /** Judges a token that has come on this loop, or the want of one. */
    public void decide(@Nullable Credentials credentials, EventLoop loop, Decision decision) {
        CompletableFuture<Permit> judged = authorizer.authorize(credentials).toCompletableFuture();
        Credentials.Source source = credentials == null ? null : credentials.source();
        if (judged.isDone()) {
            tell(judged, source, decision);
        } else {
            judged.whenComplete((permit, failure) -> loop.tell(() -> tell(judged, source, decision)));
        }
    }

    private static void tell(CompletableFuture<Permit> judged, Credentials.@Nullable Source source, Decision decision) {
        Permit permit;
        try {
            permit = judged.join();
        } catch (CompletionException failed) {
            decision.refused(refusal(failed.getCause()));
            return;
        }
        decision.permitted(new Caller(permit, source));
    }

    private static RefusedException refusal(@Nullable Throwable cause) {
        return cause instanceof RefusedException refused
                ? refused
                : new RefusedException(Reason.UNAVAILABLE, "the token cannot be checked now", 5);
    }

    /**
     * Refuses a request that changes something with a cookie, unless a page of the hub's own or of an allowed site sent it:
     * a browser sends the cookie for any page.
     *
     * @param named sites that are allowed beside the {@link #publishOrigins}; {@code *} among them does not count
     */
    public void requireOwnPage(Request request, Caller caller, AllowedOrigins named) {
        if (caller.source() != Credentials.Source.COOKIE) {
            return;
        }
        String page = AllowedOrigins.pageOf(request);
        if (page == null || (!publishOrigins.allows(page) && named.isUnnamed(page, request.header("Host")))) {
            throw new RefusedException(
                    Reason.INVALID_REQUEST,
                    "with a cookie, publishing takes a header 'Origin' or 'Referer' of the hub's own pages or of an allowed"
                            + " origin");
        }
    }

    /** Refuses what has taken its time when the permit for it has ended meanwhile. */
    public void requireUnexpired(Caller caller) {
        if (remainingMillis(caller.permit()) == 0) {
            throw new RefusedException(Reason.INVALID_TOKEN, "the token has expired");
        }
    }

    /** The milliseconds until a permit ends, at least 0; {@link Permit#NEVER} if it does not. */
    public long remainingMillis(Permit permit) {
        return permit.expires() ? Math.max(0, permit.expiresAtMillis() - clock.millis()) : Permit.NEVER;
    }
}
