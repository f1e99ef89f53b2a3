package dev.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a protocol is told when the peer goes away. */
abstract class DisappearanceContract extends HostChecks {

    DisappearanceContract(HostContract contract) {
        super(contract);
    }

    @Test
    void aStreamEndsWhenThePeerCloses() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        client.close();

        awaitEnd(stream);
    }

    @Test
    void aStreamEndsWhenThePeerResets() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        client.reset();

        awaitEnd(stream);
    }

    @Test
    void aStreamThatIsNotReadyEndsWhenThePeerResets() throws Exception {
        serveStreams();
        RawHttp client = connectSlowReader().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        stream.feed(() -> Encoded.of(new byte[32 * 1024]));
        await("not ready").until(stream::sawUnready);
        client.reset();

        await("onClose").until(stream::closed);
    }

    @Test
    void writesAfterThePeerHasGoneDoNothing() throws Exception {
        serveStreams();
        RawHttp client = connect().get("/");
        client.readHead();
        StreamProbe stream = nextStream();
        client.reset();
        awaitEnd(stream);
        for (int i = 0; i < 100; i++) {
            stream.write("data: nobody reads this\n\n");
        }
        stream.close();

        assertThat(stream.ask(() -> true)).isTrue();
        assertThat(stream.readies()).isZero();
    }

    @Test
    void everyOneOfManyPeersIsMissed() throws Exception {
        serveStreams();
        List<RawHttp> clients = new ArrayList<>();
        List<StreamProbe> streams = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RawHttp client = connect().get("/");
            client.readHead();
            clients.add(client);
            streams.add(nextStream());
        }
        for (int i = 0; i < 200; i++) {
            if (i % 2 == 0) {
                clients.get(i).close();
            } else {
                clients.get(i).reset();
            }
        }

        awaitEnd(streams);
    }

    @Test
    void anAbortIsToldBeforeTheAnswer() throws Exception {
        needs(Capability.PROMPT_DISAPPEARANCE);
        AtomicInteger replaced = new AtomicInteger();
        AtomicInteger aborted = new AtomicInteger();
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        CompletableFuture<Request> asked = new CompletableFuture<>();
        serve((request, reply) -> {
            reply.onAbort(replaced::incrementAndGet);
            reply.onAbort(() -> {
                faults.onLoop(request.loop(), "the abort action");
                aborted.incrementAndGet();
            });
            replied.complete(reply);
            asked.complete(request);
        });
        RawHttp client = connect().get("/");
        Reply reply = soon(replied);
        client.close();
        await("onAbort").until(() -> aborted.get() == 1);
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        asked.join().loop().execute(() -> {
            reply.send(hello(asked.join()));
            sent.complete(true);
        });

        assertThat(soon(sent)).isTrue();
        assertThat(replaced).hasValue(0);
        assertThat(aborted).hasValue(1);
    }

    @Test
    void anAbortThatHasHappenedIsToldAtOnce() throws Exception {
        needs(Capability.PROMPT_DISAPPEARANCE);
        AtomicInteger first = new AtomicInteger();
        CompletableFuture<Runnable> later = new CompletableFuture<>();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        serve((request, reply) -> {
            reply.onAbort(first::incrementAndGet);
            later.complete(() -> request.loop()
                    .execute(() -> reply.onAbort(() -> {
                        faults.onLoop(request.loop(), "the abort action");
                        told.complete(true);
                    })));
        });
        RawHttp client = connect().get("/");
        Runnable register = soon(later);
        client.reset();
        await("onAbort").until(() -> first.get() == 1);
        register.run();

        assertThat(soon(told)).isTrue();
    }

    @Test
    void noAbortIsToldAfterTheAnswer() throws Exception {
        AtomicInteger aborted = new AtomicInteger();
        serve((request, reply) -> {
            reply.onAbort(aborted::incrementAndGet);
            reply.send(hello(request));
        });
        for (int i = 0; i < 20; i++) {
            RawHttp client = connect().get("/");
            client.readAnswer();
            client.reset();
        }
        assertAlive();
        host().close();

        assertThat(aborted).hasValue(0);
    }

    @Test
    void anAnswerToAPeerThatHasGoneDoesNothing() throws Exception {
        CompletableFuture<Runnable> later = new CompletableFuture<>();
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        serve((request, reply) -> {
            if (request.path().equals("/alive")) {
                reply.send(hello(request));
                return;
            }
            later.complete(() -> request.loop().execute(() -> {
                try {
                    reply.send(hello(request));
                    sent.complete(true);
                } catch (RuntimeException e) {
                    sent.completeExceptionally(e);
                }
            }));
        });
        RawHttp client = connect().get("/");
        Runnable answer = soon(later);
        client.reset();
        answer.run();

        assertThat(soon(sent)).isTrue();
        assertAlive();
    }

    /** Waits for the end: alone where the host notices by itself, else writing from time to time. */
    private void awaitEnd(StreamProbe stream) {
        awaitEnd(List.of(stream));
    }

    private void awaitEnd(List<StreamProbe> streams) {
        if (can(Capability.PROMPT_DISAPPEARANCE)) {
            await("onClose without a write").until(() -> streams.stream().allMatch(StreamProbe::closed));
        } else {
            await("onClose at a write").pollInterval(Duration.ofMillis(20)).until(() -> {
                streams.stream()
                        .filter(stream -> !stream.closed())
                        .forEach(stream -> stream.write(": is anybody there?\n"));
                return streams.stream().allMatch(StreamProbe::closed);
            });
        }
    }
}
