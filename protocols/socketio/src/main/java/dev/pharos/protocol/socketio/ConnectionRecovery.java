package dev.pharos.protocol.socketio;

/** How connections that broke are recovered: by the library from a log, or by the application. */
public sealed interface ConnectionRecovery permits Recovery, ApplicationRecovery {

    /** How long a broken connection can be recovered. */
    long keepMillis();

    /** How many broken connections are kept; the oldest go first. */
    int most();
}
