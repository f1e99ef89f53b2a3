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

    /** Whether the calling thread is this loop's. */
    boolean inLoop();
}
