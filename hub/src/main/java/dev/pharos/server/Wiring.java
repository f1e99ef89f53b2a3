package dev.pharos.server;

import java.io.IOException;

/** Puts engine, protocols and host together. */
public final class Wiring {

    /** Starts hubs. */
    public static final Server.Starter<ServeOptions> HUB = options -> {
        throw new IOException("this build carries no hub");
    };

    /** Starts the echo application that protocol suites test. */
    public static final Server.Starter<EchoOptions> ECHO = options -> {
        throw new IOException("this build carries no echo application");
    };

    private Wiring() {}
}
