package dev.pharos.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** That hostile peers and peers that come and go leave nothing behind. */
abstract class BoundsContract extends HostChecks {

    private static final int PEERS = 1500;
    private static final int TOGETHER = 50;
    /** What a peer that has gone may leave, in bytes: less than the smallest buffer. */
    private static final int LEFT = 512;

    BoundsContract(HostContract contract) {
        super(contract);
    }

    @Test
    void aPeerThatSendsRequestsAndReadsNoAnswersIsStopped() throws Exception {
        byte[] body = new byte[8 * 1024];
        AtomicInteger handled = new AtomicInteger();
        serve((request, reply) -> {
            handled.incrementAndGet();
            reply.send(new Response(200, Headers.NONE, body));
        });
        RawHttp client = connectSlowReader();
        Flood flood = new Flood(client);
        awaitStill("the flood", flood::sent);

        assertThat(handled.get()).isLessThan(10_000);
        for (int i = 0; i < 100; i++) {
            assertThat(client.readAnswer().body()).hasSize(body.length);
        }
        client.reset();
        flood.join();
    }

    @Test
    void aPeerThatSendsRequestsThatWaitIsStopped() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        serve((request, reply) -> handled.incrementAndGet());
        RawHttp client = connect();
        Flood flood = new Flood(client);
        awaitStill("the flood", flood::sent);

        assertThat(handled.get()).isPositive().isLessThan(10_000);
        client.reset();
        flood.join();
    }

    @Test
    void peersThatLeaveTheirStreamsLeaveNoMemory() throws Exception {
        serveStreams();
        assertLeavesNothing(peers -> {
            List<StreamProbe> streams = new ArrayList<>();
            for (RawHttp peer : peers) {
                peer.get("/").readHead();
                streams.add(nextStream());
            }
            for (RawHttp peer : peers) {
                peer.reset();
            }
            await("onClose").until(() -> {
                streams.forEach(stream -> stream.write("data: somebody?\n\n"));
                return streams.stream().allMatch(StreamProbe::closed);
            });
        });
    }

    @Test
    void peersThatLeaveBeforeTheirAnswerLeaveNoMemory() throws Exception {
        List<Runnable> answers = new CopyOnWriteArrayList<>();
        Response big = new Response(200, Headers.NONE, new byte[100_000]);
        serve((request, reply) -> answers.add(() -> request.loop().execute(() -> reply.send(big))));
        assertLeavesNothing(peers -> {
            for (RawHttp peer : peers) {
                peer.get("/");
            }
            await("the requests").until(() -> answers.size() == peers.size());
            for (RawHttp peer : peers) {
                peer.reset();
            }
            answers.forEach(Runnable::run);
            answers.clear();
        });
    }

    @Test
    void peersThatLeaveTheirUploadsLeaveNoMemory() throws Exception {
        AtomicInteger aborted = new AtomicInteger();
        serve((request, reply) -> BodyProbe.read(request, faults).whole().whenComplete((body, cause) -> {
            if (cause != null) {
                aborted.incrementAndGet();
            }
        }));
        assertLeavesNothing(peers -> {
            int before = aborted.get();
            for (RawHttp peer : peers) {
                peer.request("POST", "/", "Content-Length: 10").send("abc").reset();
            }
            // A peer may be gone before its head was seen.
            await("onAbort").until(() -> aborted.get() > before);
        });
    }

    @Test
    void brokenRequestsLeaveNoMemory() throws Exception {
        serve((request, reply) -> reply.send(hello(request)));
        assertLeavesNothing(peers -> {
            for (RawHttp peer : peers) {
                peer.send("nonsense\r\n\r\n").readToEnd();
                peer.close();
            }
        });
    }

    /** Some peers that come and go. */
    private interface Visit {
        void by(List<RawHttp> peers) throws Exception;
    }

    private void assertLeavesNothing(Visit visit) throws Exception {
        visits(PEERS / 3, visit);
        long before = liveHeap();
        visits(PEERS, visit);
        await("the heap is as before").until(() -> (liveHeap() - before) / PEERS < LEFT);
    }

    private void visits(int count, Visit visit) throws Exception {
        for (int i = 0; i < count; i += TOGETHER) {
            List<RawHttp> peers = new ArrayList<>();
            for (int p = 0; p < TOGETHER; p++) {
                peers.add(RawHttp.connect(host().port()));
            }
            visit.by(peers);
        }
    }

    /** A peer that sends requests without end. */
    private static final class Flood {

        private final RawHttp client;
        private final AtomicLong sent = new AtomicLong();
        private final Thread thread;

        Flood(RawHttp client) {
            this.client = client;
            this.thread = Thread.ofVirtual().start(this::run);
        }

        private void run() {
            byte[] requests = "GET / HTTP/1.1\r\nHost: test\r\n\r\n".repeat(100).getBytes(ISO_8859_1);
            try {
                while (true) {
                    client.send(requests);
                    sent.addAndGet(requests.length);
                }
            } catch (IOException e) {
                // The host or the check has ended it.
                sent.addAndGet(0);
            }
        }

        long sent() {
            return sent.get();
        }

        void join() throws InterruptedException {
            thread.join();
        }
    }
}
