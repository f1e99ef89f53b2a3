package dev.pharos.protocol.socketio;

import dev.pharos.session.CloseReason;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * A client's wish to connect to one namespace, on its way to a socket or a refusal: it is admitted, and then goes on for a
 * connection that broke, or begins anew. On the session's loop only.
 */
final class Joining {

    private static final System.Logger LOG = System.getLogger(Joining.class.getName());

    private static final int MOST_OFFSET = 256;

    private final Connection connection;
    private final Namespace namespace;
    private final Map<String, ? extends @Nullable Object> auth;
    private @Nullable Object admitted;
    /** What is kept no longer, since a socket is about to go on for it. */
    private Recoverables.@Nullable Kept taken;
    /** The socket that the application may yet restore. */
    private @Nullable Socket restoring;

    Joining(Connection connection, Namespace namespace, Map<String, ? extends @Nullable Object> auth) {
        this.connection = connection;
        this.namespace = namespace;
        this.auth = auth;
    }

    /** The payload of a connect: an object, or nothing. */
    static Map<String, @Nullable Object> auth(String json) {
        if (json.isEmpty()) {
            return Map.of();
        }
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            Object value = new Json.Reader(parser, List.of()).value();
            if (value instanceof Map<?, ?> map && parser.nextToken() == null) {
                Map<String, @Nullable Object> auth = new LinkedHashMap<>();
                map.forEach((name, each) -> auth.put(String.valueOf(name), each));
                return Collections.unmodifiableMap(auth);
            }
        } catch (JacksonException malformed) {
            throw Arguments.malformed(malformed);
        }
        throw new BadPacketException("the payload of a connect is one object");
    }

    Namespace namespace() {
        return namespace;
    }

    /** Asks whether the client may. */
    void start() {
        CompletionStage<?> decision;
        try {
            decision = namespace.admission().admit(connection.request(namespace.name(), auth));
        } catch (RuntimeException refused) {
            decision = CompletableFuture.failedFuture(refused);
        }
        decision.whenComplete((value, refused) -> later(() -> {
            if (refused == null) {
                admitted = value;
                join();
            } else {
                refuse(refused);
            }
        }));
    }

    /** Goes on when something is known, unless the session has ended meanwhile. May be called on any thread. */
    private void later(Runnable step) {
        connection.execute(() -> connection.guard(() -> {
            if (!connection.isOver()) {
                step.run();
            }
        }));
    }

    private void refuse(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof ConnectRefusedException refused)) {
            LOG.log(System.Logger.Level.ERROR, "an admission failed", cause);
            refuse("The server failed", null);
        } else if (refused.isTemporary()) {
            connection.close(Connection.TRY_AGAIN_LATER, Connection.short123(String.valueOf(refused.getMessage())));
        } else {
            refuse(String.valueOf(refused.getMessage()), refused.data());
        }
    }

    private void refuse(String message, @Nullable Object data) {
        Map<String, Object> payload = new LinkedHashMap<>(2);
        payload.put("message", message);
        if (data != null) {
            payload.put("data", data);
        }
        connection.refused(this, payload);
    }

    /** A client may notice that its connection broke, and come back, before this end has. */
    private void join() {
        Socket broken =
                auth.get("pid") instanceof String privateId ? namespace.server().present(privateId) : null;
        if (broken != null && broken.namespace().equals(namespace)) {
            broken.connection().supersede(() -> later(this::joinNow));
        } else {
            joinNow();
        }
    }

    private void joinNow() {
        switch (namespace.server().recovery()) {
            case null -> connected(socket(null));
            case Recovery log -> {
                if (!isFed(log)) {
                    refuse("The server is full", null);
                } else if (!readsOn(log)) {
                    connected(anew());
                }
            }
            case ApplicationRecovery own -> {
                Recoverables.Kept kept = isOffsetSound() ? kept() : null;
                if (kept == null) {
                    connected(anew());
                } else {
                    restore(own, kept);
                }
            }
        }
    }

    private Socket socket(@Nullable String privateId) {
        String id = namespace.server().sessions().newId();
        return new Socket(connection, namespace, new Identity(id, privateId, false, auth, admitted));
    }

    private Socket anew() {
        return socket(namespace.server().sessions().newId());
    }

    private Socket again(Recoverables.Kept kept) {
        Identity identity = new Identity(kept.id(), kept.privateId(), true, auth, admitted);
        return new Socket(connection, namespace, identity).restored(kept);
    }

    private void connected(Socket socket) {
        connection.connected(this, socket);
    }

    // who comes back

    private boolean isOffsetSound() {
        Object offset = auth.get("offset");
        return offset == null || (offset instanceof String text && text.length() <= MOST_OFFSET);
    }

    private @Nullable String offset() {
        return auth.get("offset") instanceof String offset ? offset : null;
    }

    /** What is kept for whoever this says it is. */
    private Recoverables.@Nullable Kept kept() {
        Recoverables recoverables = namespace.server().recoverables();
        taken = recoverables != null && auth.get("pid") instanceof String privateId
                ? recoverables.take(namespace.name(), privateId)
                : null;
        return taken;
    }

    private boolean isFed(Recovery log) {
        return namespace.lane(connection.session().loop()).feed(log, namespace.name());
    }

    /** Goes on in the log behind the offset, if there is one; the socket comes when its place is found. */
    private boolean readsOn(Recovery log) {
        String offset = offset();
        if (offset == null || !isOffsetSound()) {
            return false;
        }
        Recoverables.Kept kept = kept();
        return kept != null
                && LogReader.open(
                        connection, log, namespace.name(), offset, whole -> found(log, whole ? kept : null), null);
    }

    private @Nullable Socket found(Recovery log, Recoverables.@Nullable Kept kept) {
        Socket[] found = new Socket[1];
        connection.guard(() -> {
            if (connection.isOver()) {
                namespace.lane(connection.session().loop()).endFeedIfEmpty();
            } else if (!isFed(log)) {
                refuse("The server is full", null);
            } else if (kept == null) {
                connected(anew());
            } else {
                found[0] = again(kept);
                connected(found[0]);
            }
        });
        return found[0];
    }

    private void restore(ApplicationRecovery own, Recoverables.Kept kept) {
        Socket socket = again(kept);
        restoring = socket;
        connection.showOpening(socket);
        CompletionStage<Boolean> whole;
        try {
            whole = own.restorer().restore(socket, offset());
        } catch (RuntimeException failure) {
            whole = CompletableFuture.failedFuture(failure);
        }
        whole.whenComplete((isWhole, failure) -> later(() -> {
            restoring = null;
            if (failure == null && isWhole) {
                connected(socket);
                return;
            }
            if (failure != null) {
                LOG.log(System.Logger.Level.ERROR, "a connection could not be restored", failure);
            }
            socket.end(CloseReason.SERVER);
            connected(anew());
        }));
    }

    /** The session has ended. Who was about to go on may still come back. */
    void onEnd(CloseReason reason) {
        Recoverables recoverables = namespace.server().recoverables();
        if (recoverables != null && taken != null && Connection.isRecoverable(reason)) {
            recoverables.keepAgain(taken);
        }
        Socket socket = restoring;
        restoring = null;
        if (socket != null) {
            socket.end(reason);
        }
    }
}
