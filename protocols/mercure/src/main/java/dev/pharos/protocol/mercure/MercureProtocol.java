package dev.pharos.protocol.mercure;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.RefusedException;
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
import dev.pharos.log.Event;
import dev.pharos.presence.Presence;
import dev.pharos.url.Url;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Mercure protocol over a hub: one draft of it, at one path.
 *
 * <p>A {@link Handler} for any host, for the path itself and everything below it, and for the metadata of draft 08; see
 * {@link #mount}. Thread-safe.
 */
public final class MercureProtocol implements Handler {

    /** Where tokens of draft 07 are: also in the query, which puts them into the logs of everything in between. */
    public static final TokenSources TOKENS_07 = new TokenSources(List.of(TokenSources.COOKIE), true);
    /** Where tokens of draft 08 are. */
    public static final TokenSources TOKENS_08 = new TokenSources(List.of("__Secure-mercure_access_token"), false);

    private final Hub hub;
    private final Draft draft;
    private final Access access;
    private final Presence presence;
    private final MercureOptions options;
    private final UploadMemory uploads;
    private final Cors cors;
    private final HubUrls urls;
    /** Null if they are not told of. */
    private final @Nullable ActiveSubscriptions subscriptions;

    private final @Nullable SubscriptionApi api;
    private final Publishing publishing;

    MercureProtocol(
            Hub hub, Draft draft, Access access, Presence presence, MercureOptions options, UploadMemory uploads) {
        this.hub = hub;
        this.draft = draft;
        this.access = access;
        this.presence = presence;
        this.options = options;
        this.uploads = uploads;
        cors = new Cors(
                AllowedOrigins.of(options.allowedOrigins()),
                "Link, ETag, Retry-After, " + draft.cursorField(),
                draft.methods(),
                "Authorization, Cache-Control, Content-Type, Last-Event-ID");
        urls = new HubUrls(options.publicUrls(), options.path());
        subscriptions =
                options.subscriptions() ? ActiveSubscriptions.of(hub, presence, draft.documents(), urls.usual()) : null;
        api = subscriptions == null ? null : new SubscriptionApi(subscriptions, draft, hub.log());
        publishing = new Publishing(this);
    }

    /**
     * Draft 07 over a hub.
     *
     * @param presence who reads what, in all protocols of the hub
     */
    public static MercureProtocol draft07(Hub hub, Access access, Presence presence, MercureOptions options) {
        return new MercureProtocol(hub, new Draft07(), access, presence, options, UploadMemory.ofHeap());
    }

    /**
     * Draft 08 over a hub.
     *
     * @param presence who reads what, in all protocols of the hub
     */
    public static MercureProtocol draft08(Hub hub, Access access, Presence presence, MercureOptions options) {
        return new MercureProtocol(hub, new Draft08(), access, presence, options, UploadMemory.ofHeap());
    }

    /** Adds its paths to routes. */
    public void mount(Routes.Builder routes) {
        routes.at(options.path(), this);
        routes.at(options.path() + "/*", this);
        if (draft instanceof Draft08 && !access.isOpen()) {
            routes.at(
                    Metadata.path(options.path()),
                    (request, reply) -> reply.send(Metadata.answer(request, options, access.sources(), urls.of(request))
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
        return api != null && (suffix.equals(segment) || suffix.startsWith(segment + "/"));
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
        admit(request, reply, allowed, caller -> {
            caller.requireRead();
            Parameters url = Parameters.ofQuery(request.query(), Draft.MOST_PARAMETERS);
            if (!query) {
                read(request, reply, allowed, caller, url, Parameters.NONE);
            } else if (Form.isForm(request)) {
                Form.read(this, request, reply, allowed, body -> {
                    access.requireUnexpired(caller);
                    read(request, reply, allowed, caller, url, body);
                });
            } else {
                throw new BadRequestException("the body of QUERY is application/x-www-form-urlencoded");
            }
        });
    }

    private void read(Request request, Reply reply, Headers allowed, Caller caller, Parameters url, Parameters body) {
        Wish wish = draft.wish(request, url, body, hub.limits(), urls.of(request));
        if (request.method().equals("HEAD")) {
            reply.send(MercureStream.head(allowed));
            return;
        }
        Caps.Lease lease = access.caps().enter(request, caller);
        new MercureStream(this, request, reply, allowed, wish, caller, lease).start();
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
        SubscriptionApi known = Objects.requireNonNull(api);
        SubscriptionApi.Target target = known.target(hubUrl, suffix);
        if (target == null) {
            throw new BadRequestException(404, "there is no such list of subscriptions");
        }
        admit(request, reply, allowed, caller -> {
            if (!caller.permit().subscribe().selects(target.path())) {
                throw caller.lacks("to see these subscriptions takes a token that grants reading this path");
            }
            reply.send(known.answer(request, target, hubUrl).with(allowed));
        });
    }

    /**
     * Serves a request when it is known who sent it.
     *
     * @param service may throw what {@link #answering} answers
     */
    void admit(Request request, Reply reply, Headers allowed, Consumer<Caller> service) {
        access.decide(request, new Access.Decision() {
            @Override
            public void permitted(Caller caller) {
                answering(request, reply, allowed, () -> service.accept(caller));
            }

            @Override
            public void refused(RefusedException why) {
                reply.send(refusal(request, why).with(allowed));
            }
        });
    }

    /**
     * Refuses a publish from a page of a site that may not, by cookie or without any token: a browser sends both for any page,
     * also to a hub that only its visitor reaches.
     */
    void requireOwnPage(Request request, Caller caller) {
        access.requireOwnPage(request, caller, cors.allowed());
        String origin = request.header("Origin");
        if (caller.source() == null
                && origin != null
                && cors.allowed().isForeign(request)
                && !access.publishOrigins().allows(origin)) {
            throw new BadRequestException(403, "header 'Origin' is not among the allowed origins");
        }
    }

    /** Refuses events that only the hub itself may publish, whatever protocol they are of. */
    void checkNotReserved(Event event) {
        for (String topic : event.topics()) {
            if (presence.isReserved(topic)) {
                throw new BadRequestException("a topic is reserved for what the hub tells of subscriptions");
            }
        }
    }

    private Response refusal(Request request, RefusedException why) {
        return draft.refusal(why, options, urls.of(request));
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
            reply.send(refusal(request, refused).with(allowed));
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

    Access access() {
        return access;
    }

    UploadMemory uploads() {
        return uploads;
    }

    /** Null if they are not told of. */
    @Nullable
    ActiveSubscriptions subscriptions() {
        return subscriptions;
    }

    Url urlOf(Request request) {
        return urls.of(request);
    }
}
