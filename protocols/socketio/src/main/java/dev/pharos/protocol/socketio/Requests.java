package dev.pharos.protocol.socketio;

import dev.pharos.hub.LoopTimers;
import dev.pharos.hub.Timed;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** The acknowledgements that one socket is to send, and those who wait for them. On its loop only. */
final class Requests {

    private final LoopTimers timers;
    private final int most;
    private final Map<Long, Awaited> awaited = new HashMap<>(4);
    private long last;

    /**
     * None yet.
     *
     * @param most how many may be awaited at a time
     */
    Requests(LoopTimers timers, int most) {
        this.timers = timers;
        this.most = most;
    }

    /** An acknowledgement that is awaited. */
    private final class Awaited extends Timed {
        private final long number;
        private final CompletableFuture<Arguments> answer;

        Awaited(long number, CompletableFuture<Arguments> answer) {
            this.number = number;
            this.answer = answer;
        }

        @Override
        protected void onDue() {
            awaited.remove(number);
            answer.completeExceptionally(new TimeoutException("no acknowledgement came in time"));
        }
    }

    /** Waits for one more; gives its number, or {@link Packet#NO_ID} when there are too many, of which the answer is told. */
    long add(CompletableFuture<Arguments> answer, long timeoutMillis) {
        if (awaited.size() >= most) {
            answer.completeExceptionally(new IllegalStateException(most + " acknowledgements are awaited already"));
            return Packet.NO_ID;
        }
        long number = last++;
        Awaited one = new Awaited(number, answer);
        awaited.put(number, one);
        timers.schedule(one, timeoutMillis);
        return number;
    }

    void onAcknowledgement(long number, Arguments arguments) {
        Awaited one = awaited.remove(number);
        if (one != null) {
            timers.cancel(one);
            one.answer.complete(arguments);
        }
    }

    /** The socket has ended: nobody is answered. */
    void onEnd() {
        for (Awaited one : Map.copyOf(awaited).values()) {
            awaited.remove(one.number);
            timers.cancel(one);
            one.answer.completeExceptionally(ended());
        }
    }

    static IllegalStateException ended() {
        return new IllegalStateException("the socket has ended");
    }
}
