package dev.pharos.http;

import java.util.concurrent.Executor;

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
     * @throws java.util.concurrent.RejectedExecutionException when the loop has ended
     */
    default void executeLast(Runnable task) {
        execute(task);
    }

    /** Whether the calling thread is this loop's. */
    boolean inLoop();
}
