package dev.pharos.host.netty;

import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import dev.pharos.http.UploadMemory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A running HTTP/1.1 and WebSocket server on Netty.
 *
 * <p>Its methods may be called by any thread but its own loops.
 */
public final class NettyHost implements Host {

    private static final int BACKLOG = 4096;
    private static final int NOTSENT_LOWAT = 128 << 10;
    private static final int ACCEPTS_PER_TURN = 32;
    /** A peer whose machine or network is gone sends no end: a silent one is asked after so long. */
    private static final int KEEPALIVE_SECONDS = 60;
    /** One that has acknowledged nothing for so long is gone. */
    private static final int SILENT_PEER_MILLIS = 90_000;

    private final MultiThreadIoEventLoopGroup group;
    private final IdentityHashMap<EventLoop, Loop> loops = new IdentityHashMap<>();
    private final Channel listener;
    private final AtomicInteger connections = new AtomicInteger();

    private NettyHost(Builder options) throws InterruptedException {
        Transport transport = options.transport;
        group = new MultiThreadIoEventLoopGroup(
                options.loops, new DefaultThreadFactory("pharos-loop"), transport.handlers());
        Limits limits = options.limits.build();
        UploadMemory incoming = UploadMemory.ofHeap();
        Overload overload = new Overload(limits.connections(), options.alivePath);
        try {
            for (EventExecutor executor : group) {
                EventLoop loop = (EventLoop) executor;
                loops.put(
                        loop,
                        new Loop(
                                loop,
                                limits,
                                incoming,
                                options.waitingLimit / options.loops,
                                options.clock,
                                transport.givesSockets()));
            }
            ServerBootstrap bootstrap = new ServerBootstrap()
                    .group(group)
                    .channel(transport.channel())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(
                            ChannelOption.RECVBUF_ALLOCATOR,
                            new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTS_PER_TURN))
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            open(channel, options, limits.connections(), overload);
                        }
                    });
            if (transport == Transport.EPOLL) {
                bootstrap
                        .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) NOTSENT_LOWAT)
                        .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_SECONDS / 4)
                        .childOption(EpollChannelOption.TCP_USER_TIMEOUT, SILENT_PEER_MILLIS);
            }
            ChannelFuture bound = bootstrap.bind(options.address).await();
            if (!bound.isSuccess()) {
                IOException why = bound.cause() instanceof IOException io ? io : new IOException(bound.cause());
                throw new UncheckedIOException("cannot listen on " + options.address, why);
            }
            listener = bound.channel();
        } catch (Throwable e) {
            shutDownGroup();
            throw e;
        }
    }

    /** Begins the description of a host that serves {@code handler}. */
    public static Builder builder(Handler handler) {
        return new Builder(handler);
    }

    private void open(Channel channel, Builder options, int most, Overload overload) {
        int open = connections.incrementAndGet();
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (open > most) {
            channel.pipeline().addLast(overload.handler());
            return;
        }
        Loop loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("a connection on a foreign loop");
        }
        if (options.transport.readsInTurn()) {
            channel.config().setRecvByteBufAllocator(loop.reads);
        }
        channel.pipeline().addLast(new Connection(loop, channel, options.handler, options.transport));
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** The connections that are open now. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        for (Map.Entry<EventLoop, Loop> each : loops.entrySet()) {
            if (!each.getKey().isShuttingDown()) {
                each.getKey().submit(each.getValue()::shutDown).awaitUninterruptibly(5, TimeUnit.SECONDS);
            }
        }
        shutDownGroup();
    }

    private void shutDownGroup() {
        if (!group.isShuttingDown()) {
            boolean ended = group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
            if (ended) {
                loops.values().forEach(Loop::release);
            }
        }
    }

    /** What a host is to be; every setting has a default. */
    public static final class Builder {

        private final Handler handler;
        private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private int loops = Runtime.getRuntime().availableProcessors();
        private Transport transport = Transport.best();
        private final Limits.Builder limits = Limits.builder();
        private InstantSource clock = InstantSource.system();
        private @Nullable String alivePath;
        private long waitingLimit = Runtime.getRuntime().maxMemory() / 2;

        private Builder(Handler handler) {
            this.handler = handler;
        }

        /** Where to listen; port 0 takes any free one. Default: a free port of 127.0.0.1. */
        public Builder address(InetSocketAddress where) {
            address = where;
            return this;
        }

        /** The number of event loops. Default: the number of processors. */
        public Builder loops(int count) {
            loops = positive("loops", count);
            return this;
        }

        /** How to talk to the kernel. Default: epoll where there is one, else NIO. */
        public Builder transport(Transport choice) {
            if (!choice.available()) {
                throw new IllegalArgumentException("this machine has no " + choice);
            }
            transport = choice;
            return this;
        }

        /** The longest request line in bytes; above it 414. Default: 16 KB. */
        public Builder requestLineLimit(int bytes) {
            limits.requestLine(positive("requestLineLimit", bytes));
            return this;
        }

        /** The most bytes of header fields; above it 431. Default: 32 KB. */
        public Builder headersLimit(int bytes) {
            limits.headers(positive("headersLimit", bytes));
            return this;
        }

        /** The most connections at once; above it 503. Default: a million. */
        public Builder maxConnections(int count) {
            limits.connections(positive("maxConnections", count));
            return this;
        }

        /**
         * A path of which a GET or HEAD is answered 200 also above {@link #maxConnections}, so that nobody who watches over it
         * takes a full host for a dead one and ends it. Below the limit it is the handler's. Default: none.
         */
        public Builder alivePath(String path) {
            alivePath = path;
            return this;
        }

        /** The most unanswered requests of one connection; above it the host stops reading. Default: 64. */
        public Builder maxPipelined(int count) {
            limits.pipelined(positive("maxPipelined", count));
            return this;
        }

        /** What a connection may hold of output before it is no longer ready, in bytes. Default: 64 KB. */
        public Builder pendingLimit(int bytes) {
            limits.pending(positive("pendingLimit", bytes));
            return this;
        }

        /**
         * What all connections together may hold of output that their peers do not take, in bytes; above it a connection
         * that needs more is closed. Default: half of the heap's maximum, which is half of what the JVM allows outside of it.
         */
        public Builder waitingLimit(long bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("waitingLimit is positive, got " + bytes);
            }
            waitingLimit = bytes;
            return this;
        }

        /**
         * What is read and thrown away of a request that was answered before it was there, in bytes: a peer that sends it
         * all before it reads gets its answer. Default: 16 MB.
         */
        public Builder drainLimit(int bytes) {
            limits.drain(positive("drainLimit", bytes));
            return this;
        }

        /**
         * How long a peer may send nothing of that, or not end the connection; all together it may take as long as the head
         * of a request. Default: 2 s.
         */
        public Builder drainDeadline(Duration time) {
            limits.drainNanos(nanos("drainDeadline", time));
            return this;
        }

        /** How long the head of a request may take; above it 408. Default: 30 s. */
        public Builder headDeadline(Duration time) {
            limits.headNanos(nanos("headDeadline", time));
            return this;
        }

        /** How long a connection may wait for its next request. Default: 75 s. */
        public Builder idleDeadline(Duration time) {
            limits.idleNanos(nanos("idleDeadline", time));
            return this;
        }

        /** How long a peer may take nothing of what waits for it. Default: 30 s. */
        public Builder writeDeadline(Duration time) {
            limits.writeNanos(nanos("writeDeadline", time));
            return this;
        }

        /** How long a WebSocket peer may take to answer a Close frame. Default: 5 s. */
        public Builder closeDeadline(Duration time) {
            limits.closeNanos(nanos("closeDeadline", time));
            return this;
        }

        /** Tells the time for the Date field. Default: the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws java.io.UncheckedIOException if the address cannot be bound
         */
        public NettyHost start() {
            try {
                return new NettyHost(this);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while starting", e);
            }
        }

        private static int positive(String what, int value) {
            if (value <= 0) {
                throw new IllegalArgumentException(what + " is " + value + " but must be positive");
            }
            return value;
        }

        private static long nanos(String what, Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(what + " is " + time + " but must be positive");
            }
            return time.toNanos();
        }
    }
}
