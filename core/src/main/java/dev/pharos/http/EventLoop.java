package dev.pharos.http;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The single thread on which everything about a connection happens.
 *
 * <p>A host owns its event loops and shares each among many connections. Tasks run one after the other in the order of
 * their submission, and after the input that is being read at that moment: what many connections bring in one turn is
 * seen by a task as a whole. Tasks must not block. Two calls that return the same loop return the same object.
 */
public interface EventLoop extends Executor {

    /**
     * Runs a task when everything else that can be done now has been: other tasks, and what the network has brought. For
     * work in many steps that leaves room in between. Called on the loop.
     *
     * @throws RejectedExecutionException when the loop has ended
     */
    default void executeLast(Runnable task) {
        execute(task);
    }

    /**
     * Runs a task unless the loop has ended, and with it every connection: then nobody is left whom it would concern. For
     * what completes on other threads, also while a host stops.
     *
     * @return false when the loop has ended
     */
    default boolean tell(Runnable task) {
        try {
            execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    /** Whether the calling thread is this loop's. */
    boolean inLoop();
}
