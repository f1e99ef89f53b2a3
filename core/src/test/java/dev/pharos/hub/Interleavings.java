package dev.pharos.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs actors of which one moves at a time, in every order in which they can: between two points of an actor nothing else
 * happens, and at a point each other actor that can go on may have its turn.
 *
 * <p>The orders are those in which an actor is interrupted at most a given number of times, while it could go on; an actor
 * that has to wait is not interrupted. Nothing is left to chance: the same actors take the same orders each time.
 */
final class Interleavings {

    /** What happens in one order; made anew for each. */
    @FunctionalInterface
    interface Scenario {

        /** Adds the actors to a run, and gives what is checked when all of them are done. */
        Runnable prepare(Run run);
    }

    private final int interruptions;
    /** At each choice, which of the possible ways was taken, and how many there were. */
    private final ArrayList<int[]> choices = new ArrayList<>();

    private Interleavings(int interruptions) {
        this.interruptions = interruptions;
    }

    /** Goes through all orders; gives how many there are. What fails tells the order. */
    static int of(int interruptions, Scenario scenario) {
        return new Interleavings(interruptions).explore(scenario);
    }

    private int explore(Scenario scenario) {
        int orders = 0;
        do {
            orders++;
            Run run = new Run();
            try {
                Runnable check = scenario.prepare(run);
                run.go();
                check.run();
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("in order " + orders + ": " + run.trace, failure);
            }
        } while (another());
        return orders;
    }

    /** Turns to the next order, if there is one: the last choice that has another way takes it. */
    private boolean another() {
        while (!choices.isEmpty() && choices.getLast()[0] + 1 == choices.getLast()[1]) {
            choices.removeLast();
        }
        if (choices.isEmpty()) {
            return false;
        }
        choices.getLast()[0]++;
        return true;
    }

    /** One order. Its points may be passed by actors, and mean nothing to other threads. */
    final class Run {

        private final List<Actor> actors = new ArrayList<>();
        private final Semaphore allDone = new Semaphore(0);
        private final List<String> trace = new ArrayList<>();
        private int depth;
        private int interrupted;
        private volatile @Nullable Throwable failure;

        /** Adds an actor. */
        void actor(String name, Runnable work) {
            actors.add(new Actor(name, work));
        }

        /** A place where others may have their turn. */
        void point() {
            waitFor(() -> true);
        }

        /** The same, and the actor does not go on before something is so. */
        void waitFor(BooleanSupplier ready) {
            Actor actor = current();
            if (actor == null) {
                return;
            }
            actor.ready = ready;
            Actor next = failure == null ? next(actor) : null;
            if (next != null && next != actor) {
                next.turn.release();
                actor.turn.acquireUninterruptibly();
            }
            if (failure != null) {
                throw new Abandoned();
            }
        }

        /** A lock before and behind which there is a point. */
        ReentrantLock newLock() {
            return new ReentrantLock() {
                @Override
                public void lock() {
                    waitFor(() -> !isLocked());
                    super.lock();
                }

                @Override
                public void unlock() {
                    super.unlock();
                    point();
                }
            };
        }

        private void go() {
            for (Actor actor : actors) {
                Thread.ofVirtual().start(() -> run(actor));
            }
            Objects.requireNonNull(next(null)).turn.release();
            allDone.acquireUninterruptibly(actors.size());
            if (failure != null) {
                throw new AssertionError("an actor failed", failure);
            }
        }

        private void run(Actor actor) {
            actor.thread = Thread.currentThread();
            actor.turn.acquireUninterruptibly();
            try {
                if (failure == null) {
                    actor.work.run();
                }
            } catch (Abandoned other) {
                // The order has failed already.
            } catch (RuntimeException | Error thrown) {
                fail(thrown);
            }
            actor.ready = () -> false;
            actor.done = true;
            if (failure == null) {
                Actor next = next(actor);
                if (next != null) {
                    next.turn.release();
                }
            }
            allDone.release();
        }

        private @Nullable Actor current() {
            for (Actor actor : actors) {
                if (actor.thread == Thread.currentThread()) {
                    return actor;
                }
            }
            return null;
        }

        /** Ends everybody at the point where they are. */
        private void fail(Throwable thrown) {
            if (failure == null) {
                failure = thrown;
                actors.forEach(actor -> actor.turn.release());
            }
        }

        /** Whose turn it is: of those that can go on, the one that has been on first. */
        private @Nullable Actor next(@Nullable Actor on) {
            List<Actor> ways = new ArrayList<>();
            boolean goesOn = on != null && on.canGoOn();
            if (on != null && goesOn) {
                ways.add(on);
            }
            if (!goesOn || interrupted < interruptions) {
                actors.stream().filter(actor -> actor != on && actor.canGoOn()).forEach(ways::add);
            }
            if (ways.isEmpty()) {
                if (actors.stream().anyMatch(actor -> !actor.done)) {
                    fail(new IllegalStateException("nobody can go on"));
                }
                return null;
            }
            Actor next = ways.get(choose(ways.size()));
            if (goesOn && next != on) {
                interrupted++;
            }
            if (next != on) {
                trace.add(next.name);
            }
            return next;
        }

        private int choose(int ways) {
            if (ways == 1) {
                return 0;
            }
            if (depth == choices.size()) {
                choices.add(new int[] {0, ways});
            }
            int[] choice = choices.get(depth++);
            if (choice[1] != ways) {
                throw new IllegalStateException("the actors depend on more than their order");
            }
            return choice[0];
        }
    }

    /** Ends an actor whose order has failed. */
    private static final class Abandoned extends Error {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super("the order has failed", null, false, false);
        }
    }

    private static final class Actor {
        private final String name;
        private final Runnable work;
        private final Semaphore turn = new Semaphore(0);
        private volatile BooleanSupplier ready = () -> true;
        private volatile @Nullable Thread thread;
        private volatile boolean done;

        Actor(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        boolean canGoOn() {
            return !done && ready.getAsBoolean();
        }
    }
}
