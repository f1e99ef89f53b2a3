package dev.pharos.host.netty;

import dev.pharos.http.Response;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of a loop must get done in time.
 *
 * <p>One sweep looks at those that are waiting for something; the others, idle streams above all, have no timer and are
 * not looked at.
 */
final class Deadlines {

    private final EventLoop executor;
    private final Limits limits;
    private final ArrayList<Connection> watched = new ArrayList<>();
    private boolean sweeping;

    Deadlines(EventLoop executor, Limits limits) {
        this.executor = executor;
        this.limits = limits;
    }

    /** Sets the deadline that follows from what is under way; one that is running already goes on. */
    void rearm(Connection connection) {
        Deadline kind = due(connection);
        if (kind != connection.deadline) {
            connection.deadline = kind;
            if (kind == Deadline.NONE) {
                forget(connection);
            } else {
                long now = now();
                connection.deadlineAt = now + span(kind);
                if (kind == Deadline.DRAIN) {
                    connection.endAt = now + Math.max(limits.headNanos(), limits.drainNanos());
                    connection.leftThen = connection.in.leftToDiscard();
                }
                watch(connection);
            }
        }
    }

    private long now() {
        return executor.ticker().nanoTime();
    }

    private void watch(Connection connection) {
        if (connection.place < 0) {
            connection.place = watched.size();
            watched.add(connection);
            if (!sweeping) {
                sweeping = true;
                schedule();
            }
        }
    }

    /** No longer looks at the connection. */
    void forget(Connection connection) {
        int place = connection.place;
        if (place >= 0) {
            connection.place = -1;
            Connection last = watched.remove(watched.size() - 1);
            if (last != connection) {
                watched.set(place, last);
                last.place = place;
            }
        }
    }

    private void schedule() {
        executor.schedule(this::sweep, limits.sweepNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = now();
        for (int i = watched.size() - 1; i >= 0; i--) {
            if (i < watched.size()) {
                check(watched.get(i), now);
            }
        }
        sweeping = !watched.isEmpty();
        if (sweeping) {
            schedule();
        }
    }

    private static Deadline due(Connection connection) {
        if (connection.gone()) {
            return Deadline.NONE;
        }
        if (connection.out.blocked()) {
            return Deadline.WRITE;
        }
        if (connection.lingering()) {
            return Deadline.DRAIN;
        }
        WebSocketSession session = connection.session();
        if (session != null) {
            return session.awaitsClose() ? Deadline.CLOSE : Deadline.NONE;
        }
        Exchange request = connection.in.incoming();
        if (request != null) {
            IncomingBody body = request.incoming();
            return body.discarding() ? Deadline.DRAIN : body.timed() ? Deadline.BODY : Deadline.NONE;
        }
        if (!connection.answers.none()) {
            return connection.inputShut() ? Deadline.HALF_CLOSED : Deadline.NONE;
        }
        return connection.in.awaitsHead() ? Deadline.HEAD : Deadline.IDLE;
    }

    private long span(Deadline kind) {
        return switch (kind) {
            case NONE, BODY -> 0;
            case WRITE, HALF_CLOSED -> limits.writeNanos();
            case DRAIN -> limits.drainNanos();
            case CLOSE -> limits.closeNanos();
            case HEAD -> limits.headNanos();
            case IDLE -> limits.idleNanos();
        };
    }

    /** The time that so many bytes of a body may take. */
    private static long pace(long bytes) {
        return TimeUnit.SECONDS.toNanos(Math.min(bytes >> 10, 1_000_000));
    }

    private void check(Connection connection, long now) {
        // A body's time goes on while the peer is waited for in another way.
        Exchange request = connection.in.incoming();
        if (request != null && request.incoming().timed()) {
            long allowed = limits.headNanos() + pace(request.incoming().paced());
            if (request.incoming().readFor(now) >= allowed) {
                String sentence = "the body did not come within " + millis(allowed);
                connection.in.cut(new IOException(sentence), Response.text(408, sentence));
                rearm(connection);
                return;
            }
        }
        if (connection.deadline == Deadline.NONE) {
            rearm(connection);
            if (connection.deadline == Deadline.NONE) {
                forget(connection);
            }
            return;
        }
        if (connection.deadline == Deadline.WRITE) {
            long left = connection.out.held();
            if (left < connection.leftThen) {
                connection.leftThen = left;
                connection.deadlineAt = now + limits.writeNanos();
            }
        } else if (connection.deadline == Deadline.DRAIN) {
            long left = connection.in.leftToDiscard();
            if (left < connection.leftThen) {
                connection.leftThen = left;
                long silent = now + limits.drainNanos();
                connection.deadlineAt = silent - connection.endAt < 0 ? silent : connection.endAt;
            }
        } else if (connection.deadline == Deadline.BODY) {
            rearm(connection);
            return;
        }
        if (now - connection.deadlineAt < 0
                && !(connection.deadline == Deadline.HALF_CLOSED && connection.out.broken())) {
            return;
        }
        pass(connection);
        rearm(connection);
    }

    private void pass(Connection connection) {
        switch (connection.deadline) {
            case WRITE -> connection.reset();
            case HEAD -> {
                if (connection.in.untouched()) {
                    connection.channel().close();
                } else {
                    connection.refuse(
                            RequestHead.NONE,
                            Response.text(
                                    408, "the head of the request did not come within " + millis(limits.headNanos())));
                }
            }
            default -> connection.channel().close();
        }
    }

    private static String millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }
}
