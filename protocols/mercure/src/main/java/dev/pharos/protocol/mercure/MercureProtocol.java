package dev.pharos.protocol.mercure;

import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.auth.TokenSources;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.http.BadParameterException;
import dev.pharos.http.Cors;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.Routes;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.url.Url;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Mercure protocol over a hub: one draft of it, at one path.
 *
 * <p>A {@link Handler} for any host, for the path itself and everything below it, and for the metadata of draft 08; see
 * {@link #mount}. Thread-safe.
 */
public final class MercureProtocol implements Handler {

    private final Hub hub;
    private final Draft draft;
    private final Authorizer authorizer;
    private final MercureOptions options;
    private final InstantSource clock;
    private final UploadMemory uploads;
    private final Supplier<String> names;
    private final TokenSources tokens;
    private final Cors cors;
    private final AllowedOrigins publishers;
    private final HubUrls urls;
    private final ActiveSubscriptions subscriptions;
    private final SubscriptionApi api;
    private final Publishing publishing;

    MercureProtocol(
            Hub hub,
            Draft draft,
            Authorizer authorizer,
            MercureOptions options,
            InstantSource clock,
            UploadMemory uploads,
            Supplier<String> names) {
        this.hub = hub;
        this.draft = draft;
        this.authorizer = authorizer;
        this.options = options;
        this.clock = clock;
        this.uploads = uploads;
        this.names = names;
        tokens = options.tokens() == null ? draft.tokenSources() : options.tokens();
        cors = new Cors(
                AllowedOrigins.of(options.allowedOrigins()),
                "Link, ETag, Retry-After, " + draft.cursorField(),
                draft.methods(),
                "Authorization, Cache-Control, Content-Type, Last-Event-ID");
        publishers = AllowedOrigins.of(options.publishOrigins());
        urls = new HubUrls(options.publicUrls(), options.path());
        subscriptions = new ActiveSubscriptions(hub, draft.documents());
        api = new SubscriptionApi(subscriptions, draft, hub.log());
        publishing = new Publishing(this);
    }

    /** Draft 07 over a hub. */
    public static MercureProtocol draft07(Hub hub, Authorizer authorizer, MercureOptions options) {
        return of(hub, new Draft07(), authorizer, options);
    }

    /** Draft 08 over a hub. */
    public static MercureProtocol draft08(Hub hub, Authorizer authorizer, MercureOptions options) {
        return of(hub, new Draft08(), authorizer, options);
    }

    private static MercureProtocol of(Hub hub, Draft draft, Authorizer authorizer, MercureOptions options) {
        return new MercureProtocol(
                hub,
                draft,
                authorizer,
                options,
                InstantSource.system(),
                UploadMemory.ofHeap(),
                () -> "urn:uuid:" + UUID.randomUUID());
    }

    /** Adds its paths to routes. */
    public void mount(Routes.Builder routes) {
        routes.at(options.path(), this);
        routes.at(options.path() + "/*", this);
        if (draft instanceof Draft08 && !authorizer.isOpen()) {
            routes.at(
                    Metadata.path(options.path()),
                    (request, reply) -> reply.send(Metadata.answer(request, options, tokens, urls.of(request))
                            .with(cors.answer(request))));
        }
    }

    @Override
    public void handle(Request request, Reply reply) {
        Headers allowed = cors.answer(request);
        answering(request, reply, allowed, () -> {
            String path = request.path();
            String suffix =
                    path.substring(Math.min(path.length(), options.path().length()));
            if (suffix.isEmpty()) {
                hubUrl(request, reply, allowed);
            } else if (isSubscriptions(suffix)) {
                list(request, reply, allowed, suffix);
            } else {
                throw new BadRequestException(404, "there is nothing here but the hub");
            }
        });
    }

    private boolean isSubscriptions(String suffix) {
        String segment = SubscriptionDocuments.SEGMENT;
        return options.subscriptions() && (suffix.equals(segment) || suffix.startsWith(segment + "/"));
    }

    private void hubUrl(Request request, Reply reply, Headers allowed) {
        switch (request.method()) {
            case "GET", "HEAD" -> subscribe(request, reply, allowed, false);
            case "POST" -> publishing.handle(request, reply, allowed);
            case "OPTIONS" ->
                reply.send(Response.empty(204, cors.preflight(request)).with("Allow", draft.methods()));
            case "QUERY" -> {
                if (draft instanceof Draft08) {
                    subscribe(request, reply, allowed, true);
                } else {
                    notAllowed(reply, allowed, draft.methods());
                }
            }
            default -> notAllowed(reply, allowed, draft.methods());
        }
    }

    private static void notAllowed(Reply reply, Headers allowed, String methods) {
        reply.send(Response.text(405, "the method is none of " + methods)
                .with("Allow", methods)
                .with(allowed));
    }

    private void subscribe(Request request, Reply reply, Headers allowed, boolean query) {
        authorized(request, reply, allowed, (credentials, permit) -> {
            if (!permit.mayRead()) {
                throw refused(credentials, "reading this hub");
            }
            Parameters url = Parameters.ofQuery(request.query(), Draft.MOST_PARAMETERS);
            if (!query) {
                read(request, reply, allowed, permit, url, Parameters.NONE);
            } else if (Form.isForm(request)) {
                Form.read(this, request, reply, allowed, body -> read(request, reply, allowed, permit, url, body));
            } else {
                throw new BadRequestException("the body of QUERY is application/x-www-form-urlencoded");
            }
        });
    }

    private void read(Request request, Reply reply, Headers allowed, Permit permit, Parameters url, Parameters body) {
        Url hubUrl = urls.of(request);
        Wish wish = draft.wish(request, url, body, hub.limits(), hubUrl);
        if (request.method().equals("HEAD")) {
            reply.send(MercureStream.head(allowed));
            return;
        }
        Subscriber subscriber = options.subscriptions()
                ? new Subscriber(names.get(), hubUrl.path(), wish.matchers(), permit.payloads())
                : null;
        new MercureStream(this, request, reply, allowed, wish, subscriber).start(wish, permit);
    }

    private void list(Request request, Reply reply, Headers allowed, String suffix) {
        switch (request.method()) {
            case "GET", "HEAD" -> {}
            case "OPTIONS" -> {
                reply.send(Response.empty(204, cors.preflight(request)).with("Allow", "GET, HEAD, OPTIONS"));
                return;
            }
            default -> {
                notAllowed(reply, allowed, "GET, HEAD, OPTIONS");
                return;
            }
        }
        Url hubUrl = urls.of(request);
        SubscriptionApi.Target target = api.target(hubUrl, suffix);
        if (target == null) {
            throw new BadRequestException(404, "there is no such list of subscriptions");
        }
        authorized(request, reply, allowed, (credentials, permit) -> {
            if (!permit.subscribe().selects(target.path())) {
                throw refused(credentials, "asking for these subscriptions");
            }
            reply.send(api.answer(request, target, hubUrl).with(allowed));
        });
    }

    /** What to do with a permit; may throw what {@link #answering} knows. */
    interface Action {
        void with(@Nullable Credentials credentials, Permit permit);
    }

    /** Finds out what the sender may do, and goes on with that on the loop. */
    void authorized(Request request, Reply reply, Headers allowed, Action action) {
        Credentials credentials = tokens.of(request);
        if (credentials != null
                && credentials.source() == Credentials.Source.COOKIE
                && request.method().equals("POST")) {
            refuseForeign(request);
        }
        authorizer.authorize(credentials).whenComplete((permit, failure) -> {
            Runnable then = () -> answering(request, reply, allowed, () -> {
                if (failure != null) {
                    throw thrown(failure);
                }
                action.with(credentials, permit);
            });
            if (request.loop().inLoop()) {
                then.run();
            } else {
                request.loop().execute(then);
            }
        });
    }

    /** A page of another site can make a browser send the cookie; it cannot make it lie about where the page is from. */
    private void refuseForeign(Request request) {
        String origin = request.header("Origin");
        if (origin == null) {
            String referer = request.header("Referer");
            Url page = referer == null ? null : Url.parse(referer, null);
            origin = page == null || !page.isSpecial() ? null : page.origin();
        }
        if (origin == null || !publishers.accepts(origin, request)) {
            throw new RefusedException(
                    Reason.INVALID_REQUEST,
                    "a publish by a cookie needs an 'Origin' or 'Referer' of a site that may publish");
        }
    }

    static RefusedException refused(@Nullable Credentials credentials, String what) {
        return credentials == null
                ? new RefusedException(Reason.MISSING, what + " takes a token")
                : new RefusedException(Reason.INSUFFICIENT, "the token does not grant " + what);
    }

    private static RuntimeException thrown(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Runs a part of answering, and answers what it refuses. */
    void answering(Request request, Reply reply, Headers allowed, Runnable part) {
        try {
            part.run();
        } catch (BadRequestException bad) {
            reply.send(Response.text(bad.status(), bad.sentence()).with(allowed));
        } catch (BadParameterException bad) {
            reply.send(Response.text(400, String.valueOf(bad.getMessage())).with(allowed));
        } catch (RefusedException refused) {
            reply.send(draft.refusal(refused, options, urls.of(request)).with(allowed));
        }
    }

    /** The answer of a hub that cannot serve a request now. */
    Response unavailable(String why) {
        String seconds = Long.toString(Math.max(1, hub.jitter(4_000) / 1_000));
        return Response.text(503, why + "; try again in " + seconds + " s").with("Retry-After", seconds);
    }

    Hub hub() {
        return hub;
    }

    Draft draft() {
        return draft;
    }

    MercureOptions options() {
        return options;
    }

    InstantSource clock() {
        return clock;
    }

    UploadMemory uploads() {
        return uploads;
    }

    ActiveSubscriptions subscriptions() {
        return subscriptions;
    }

    Url urlOf(Request request) {
        return urls.of(request);
    }
}
