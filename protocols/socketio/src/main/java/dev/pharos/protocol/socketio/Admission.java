package dev.pharos.protocol.socketio;

import java.util.concurrent.CompletionStage;

/** Decides who may connect to a namespace. */
@FunctionalInterface
public interface Admission {

    /**
     * Admits a client by completing on any thread, with any value, which is then {@link Socket#admitted}; called on the loop
     * of its session and must not block. A {@link ConnectRefusedException}, thrown or as the failure of the stage, is sent to
     * the client; any other failure refuses without telling why.
     */
    CompletionStage<?> admit(ConnectRequest request);
}
