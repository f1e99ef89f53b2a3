package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.EventLoop;
import dev.pharos.session.Handshake;
import org.jspecify.annotations.Nullable;

/** The door for sessions, whose opening request has gone by when they are judged: by what is left of it. */
final class SessionDoor {

    private SessionDoor() {}

    /**
     * Has the token of the request judged that opened a session; called on its loop, and may tell before it returns.
     *
     * @throws RefusedException when what should hold a token is malformed, or may not be used here
     */
    static void decide(Context context, Handshake handshake, EventLoop loop, Access.Decision decision) {
        Access access = context.access();
        if (access.isOpen()) {
            decision.permitted(Caller.OPEN);
            return;
        }
        Credentials credentials = access.sources().of(handshake::headers, handshake.query());
        refuseCookieOfOtherSite(context, handshake, credentials);
        access.decide(credentials, loop, decision);
    }

    /**
     * A page of any site can open a session, by an image or a link too, which send the cookie but no {@code Origin}; the id is
     * then one that the page chose, so that anybody could go on with the session. The page has to be known.
     */
    private static void refuseCookieOfOtherSite(
            Context context, Handshake handshake, @Nullable Credentials credentials) {
        if (credentials == null || credentials.source() != Credentials.Source.COOKIE) {
            return;
        }
        String page = AllowedOrigins.pageOf(handshake.header("Origin"), handshake.header("Referer"));
        boolean mayUse = page == null
                ? "same-origin".equals(handshake.header("Sec-Fetch-Site"))
                : !context.origins().allowed().isUnnamed(page, handshake.header("Host"));
        if (!mayUse) {
            throw new RefusedException(
                    Reason.INSUFFICIENT,
                    "with a cookie, a session is for the hub's own pages and those of origins that were allowed by name,"
                            + " as 'Origin', 'Referer' or 'Sec-Fetch-Site' tells");
        }
    }
}
