package dev.pharos.server;

import java.io.IOException;

/** Puts engine, protocols and host together. */
public final class Wiring {

    private Wiring() {}

    /** Starts a hub. */
    public static Server hub(ServeOptions options) throws IOException {
        throw new IOException("this build carries no hub: " + options);
    }

    /** Starts the echo application that protocol suites test. */
    public static Server echo(EchoOptions options) throws IOException {
        throw new IOException("this build carries no echo application: " + options);
    }
}
