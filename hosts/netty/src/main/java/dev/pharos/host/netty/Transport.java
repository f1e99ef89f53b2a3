package dev.pharos.host.netty;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/**
 * How a host talks to the kernel.
 */
public enum Transport {
    /** Linux's epoll through Netty's native library: the fastest for fan-out. */
    EPOLL {
        @Override
        public boolean available() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory(SOCKETS_PER_TURN, DefaultSelectStrategyFactory.INSTANCE);
        }

        @Override
        Class<? extends ServerChannel> channel() {
            return EpollServerSocketChannel.class;
        }
    },
    /**
     * Linux's io_uring through Netty's native library; an experiment. A peer's reset may be noticed by the next write
     * only, and closing the host may cut off what was written last.
     */
    IO_URING {
        @Override
        public boolean available() {
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> channel() {
            return IoUringServerSocketChannel.class;
        }
    },
    /** The JDK's selectors: everywhere. */
    NIO {
        @Override
        public boolean available() {
            return true;
        }

        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> channel() {
            return NioServerSocketChannel.class;
        }
    };

    /**
     * How many sockets are served before tasks have their turn: when thousands connect at once, what is live does not wait
     * until all of them have been heard.
     */
    private static final int SOCKETS_PER_TURN = 64;

    /** Whether this machine has it. */
    public abstract boolean available();

    abstract IoHandlerFactory handlers();

    abstract Class<? extends ServerChannel> channel();

    /** Whether sockets can be written to directly; those of io_uring would block. */
    boolean givesSockets() {
        return this == EPOLL;
    }

    /** Whether a write completes later even when the socket takes it at once. */
    boolean writesLater() {
        return this == IO_URING;
    }

    /** Whether a read is over before the next one begins, so that all can use one buffer. */
    boolean readsInTurn() {
        return this != IO_URING;
    }

    /** Whether a peer that disappears is seen although nothing is read. */
    boolean seesHangup() {
        return this == EPOLL;
    }

    /** The best for fan-out that this machine has. */
    static Transport best() {
        return EPOLL.available() ? EPOLL : NIO;
    }
}
