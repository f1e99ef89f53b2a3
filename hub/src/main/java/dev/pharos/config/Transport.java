package dev.pharos.config;

/** How the process talks to the kernel. */
public enum Transport {
    /** The best there is here. */
    AUTO,
    /** Linux's epoll. */
    EPOLL,
    /** The JDK's selector, which is everywhere. */
    NIO,
    /** Linux's io_uring. */
    IO_URING
}
