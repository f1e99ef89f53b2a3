package dev.pharos.server;

import dev.pharos.auth.Access;
import dev.pharos.config.Bounds;
import dev.pharos.config.Configuration;
import dev.pharos.config.Network;
import dev.pharos.config.Sources;
import dev.pharos.config.Streams;
import dev.pharos.host.netty.NettyHost;
import dev.pharos.host.netty.Transport;
import dev.pharos.http.Handler;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.hub.HubStats;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Scheduler;
import dev.pharos.presence.Presence;
import dev.pharos.protocol.events.EventsOptions;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.session.Sessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A hub in this process: log, engine, protocols and host wired together.
 */
public final class HubServer implements Server {

    private static final String ALIVE = "/health/live";

    private static final int FILES_FOR_OTHER_THINGS = 200;
    private static final int FEWEST_CONNECTIONS = 16;

    private static final long BYTES_FOR_A_SUBSCRIPTION = 4 << 10;
    private static final int MOST_SUBSCRIPTIONS = 1_000_000;
    private static final long CLOSE_MILLIS = 1_500;

    private final Hub hub;
    private final NettyHost host;
    private final MachineFigures figures;
    private final InetSocketAddress address;
    private final long drainMillis;
    private final @Nullable KeyWatch watch;

    /** A hub whose streams pass their time by {@code scheduler}; the host keeps to the machine's. */
    HubServer(ServeOptions options, Scheduler scheduler) throws IOException {
        Configuration configuration = options.configuration();
        Network network = configuration.network();
        Streams streams = configuration.streams();
        drainMillis = streams.drain().toMillis();
        Tokens tokens = new Tokens(configuration, InstantSource.system(), scheduler::nanoTime);
        int connections = connections(configuration.limits());
        int readers = Math.max(
                1, connections - connections / 20); // the rest is for publishers, and for who asks how the hub is
        hub = Hub.over(options.storage().open())
                .limits(limits(configuration.limits(), readers))
                .grants(configuration.hasKeys())
                .scheduler(scheduler)
                .build();
        Sessions sessions = EventsProtocol.sessions(hub, readers);
        Access door = tokens.plain();
        EventsProtocol.Builder protocol = EventsProtocol.builder(hub)
                .access(door)
                .options(new EventsOptions(
                        network.cors(),
                        (int) streams.heartbeat().toSeconds(),
                        streams.retry().toMillis(),
                        readers))
                .sessions(sessions);
        Presence presence = new Presence();
        if (configuration.presence()) {
            protocol.presence(presence);
        }
        EventsProtocol events = protocol.build();
        SockJsMount sockJs = new SockJsMount(hub, events, sessions, network.cors());
        SocketIo socketIo = HubSocketIo.over(hub, events, door.caps(), sessions, network.cors(), streams.recovery());
        Map<String, IntSupplier> others = new HashMap<>(sockJs.counts());
        others.putAll(HubSocketIo.counts(socketIo));
        Routes.Builder paths = Routes.builder();
        MercureMounts.add(paths, hub, configuration, tokens, presence);
        sockJs.add(paths);
        Handler routes = events.mount(paths, "/events")
                .at("/socket.io/", socketIo)
                .at(ALIVE, Health.LIVE)
                .at("/health/ready", new Health(hub))
                .at("/metrics", new Metrics(hub, events.counts(), others))
                .at("/request-fields", new RequestFields())
                .at("/*", new Pages())
                .build();
        Handler handler = OwnNames.guard(routes, configuration);
        try {
            host = start(configuration, handler, connections);
        } catch (IOException | RuntimeException failure) {
            hub.close();
            throw failure;
        }
        address = new InetSocketAddress(network.listen().getAddress(), host.port());
        figures = new MachineFigures(hub);
        figures.start();
        watch = watch(options, tokens);
    }

    private static @Nullable KeyWatch watch(ServeOptions options, Tokens tokens) {
        Sources sources = options.sources();
        if (sources == null || !options.configuration().hasKeys()) {
            return null;
        }
        KeyWatch watch = new KeyWatch(sources, options.configuration(), fresh -> tokens.replace(fresh.authorization()));
        watch.start();
        return watch;
    }

    @Override
    public boolean isReloadable() {
        return watch != null;
    }

    @Override
    public void reload() {
        if (watch != null) {
            watch.readAgain();
        }
    }

    /** Starts a hub; it takes connections when this returns. */
    public static HubServer start(ServeOptions options) throws IOException {
        return new HubServer(options, Scheduler.system());
    }

    /** A WebSocket may have many subscriptions, so that their number is the memory's affair. */
    private static int subscriptions() {
        return (int) Math.min(MOST_SUBSCRIPTIONS, Runtime.getRuntime().maxMemory() / BYTES_FOR_A_SUBSCRIPTION);
    }

    /** How many connections, of those that the system lets this process have. */
    private static int connections(Bounds limits) {
        int most = Math.max(FEWEST_CONNECTIONS, OpenFiles.limit() - FILES_FOR_OTHER_THINGS);
        return (int) Math.min(most, limits.connections().orElse(most));
    }

    private static Limits limits(Bounds limits, int readers) {
        return new Limits(
                limits.selectors(),
                limits.selector(),
                limits.topics(),
                limits.topic(),
                limits.event(),
                Math.max(readers, subscriptions()),
                limits.patterns());
    }

    private static NettyHost start(Configuration configuration, Handler handler, int connections) throws IOException {
        NettyHost.Builder builder = NettyHost.builder(handler)
                .address(configuration.network().listen())
                .requestLineLimit(configuration.limits().requestLine())
                .headersLimit(configuration.limits().headers())
                .headDeadline(configuration.limits().headTime())
                .maxConnections(connections)
                .alivePath(ALIVE);
        switch (configuration.network().transport()) {
            case AUTO -> {}
            case EPOLL -> builder.transport(Transport.EPOLL);
            case NIO -> builder.transport(Transport.NIO);
            case IO_URING -> builder.transport(Transport.IO_URING);
        }
        return listening(builder);
    }

    /** Starts a host; that it cannot listen is for the caller to tell. */
    static NettyHost listening(NettyHost.Builder builder) throws IOException {
        try {
            return builder.start();
        } catch (UncheckedIOException cannotListen) {
            throw cannotListen.getCause();
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Duration closesWithin() {
        return Duration.ofMillis(drainMillis + CLOSE_MILLIS);
    }

    /** The figures of the engine. */
    public HubStats stats() {
        return hub.stats();
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        figures.close();
        try {
            hub.drain().toCompletableFuture().get(drainMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slowReaders) {
            // Their connections are closed below without having taken their end.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a drain does not fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        host.close();
        hub.close();
    }
}
