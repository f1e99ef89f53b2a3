package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.Encoded;
import dev.pharos.http.Routes;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.protocol.events.EventsProtocol;
import dev.pharos.protocol.socketio.SocketIo;
import dev.pharos.protocol.socketio.SocketIoOptions;
import dev.pharos.protocol.sockjs.SockJsMessages;
import dev.pharos.protocol.sockjs.SockJsOptions;
import dev.pharos.protocol.sockjs.SockJsProtocol;
import dev.pharos.session.Sessions;
import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many sessions that read one topic, each as fast as it likes: an event is encoded for all of them, not for each. */
@Timeout(120)
class EncodeOnceTest {

    private static final int READERS = 25;
    private static final int EVENTS = 4_000;
    private static final int BATCH = 500;
    private static final String SUBSCRIBE = "{\"type\":\"subscribe\",\"topic\":\"t\"}";
    private static final Pattern MARK = Pattern.compile("#(\\d+);");
    private static final Pattern DUPLEX_ID = Pattern.compile("id: ([0-9a-z]+)\\.");

    /** How the readers read. */
    enum Reading {
        SOCKJS_WEBSOCKET,
        SOCKJS_STREAMING,
        SOCKJS_POLLING,
        SOCKJS_JSONP,
        SOCKETIO_WEBSOCKET,
        SOCKETIO_POLLING,
        DUPLEX
    }

    private final AtomicInteger encodings = new AtomicInteger();
    /** The numbers of the framings of a duplex stream's events. */
    private final Set<String> framings = new HashSet<>();

    private final Hub hub = Hub.over(
                    new MemoryLog("once", MemoryLog.Retention.ofBytes(64 << 20), InstantSource.system()))
            .build();
    private final Sessions sessions = EventsProtocol.sessions(hub, 1_000);
    private final EventsProtocol events =
            EventsProtocol.builder(hub).sessions(sessions).build();
    private final SockJsProtocol sockJs = SockJsProtocol.at(
            "/sockjs",
            sessions,
            SockJsOptions.DEFAULT,
            events.gatewayIn(messages -> {
                encodings.addAndGet(messages.parts());
                return SockJsMessages.write(messages);
            }),
            events.gateway());
    private final NettyHost host = host();
    private final CountDownLatch subscribed = new CountDownLatch(READERS);

    private NettyHost host() {
        SocketIo socketIo = new SocketIo(sessions, SocketIoOptions.DEFAULT);
        var gateways = events.gateway(Counted::new);
        socketIo.namespace("/")
                .onConnect(socket -> new SocketIoGateway(socket, gateways.apply(socket.handshake()), null).open());
        Routes.Builder routes = Routes.builder().at("/sockjs/*", sockJs).at("/socket.io/", socketIo);
        return NettyHost.builder(events.mount(routes, "/events").build())
                .loops(1)
                .start();
    }

    @AfterEach
    void close() {
        host.close();
        hub.close();
    }

    private final class Counted implements WireFormat {
        private final SocketIoFormat format;

        Counted(String subscription) {
            format = new SocketIoFormat(subscription, true);
        }

        @Override
        public Encoded encode(Entry entry) {
            encodings.incrementAndGet();
            return format.encode(entry);
        }

        @Override
        public @Nullable Encoded encode(Notice notice) {
            return format.encode(notice);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Counted counted && counted.format.equals(format);
        }

        @Override
        public int hashCode() {
            return format.hashCode();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventIsEncodedForAllItsReaders(Reading reading) throws Exception {
        int pieces = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                int number = i;
                readers.add(threads.submit(() -> read(reading, "reader-number-" + (10_000_000 + number))));
            }
            assertThat(subscribed.await(30, TimeUnit.SECONDS)).isTrue();
            for (int published = 0; published < EVENTS; published += BATCH) {
                List<Event> batch = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    batch.add(Event.of("t", "#" + (published + i) + ";" + "x".repeat(100)));
                }
                hub.publish(batch);
            }
            for (Future<Integer> reader : readers) {
                pieces += reader.get(30, TimeUnit.SECONDS);
            }
            System.out.printf(
                    "%s: %d events for %d readers in %d pieces: %d encodings, %d framings%n",
                    reading, EVENTS, READERS, pieces, encodings.get(), framings.size());
        }
        if (reading == Reading.DUPLEX) {
            assertThat(framings.size()).as("framings").isBetween(1, pieces / 3);
        } else {
            // Once at the end of the log, once for those who fell behind it, and some of it again.
            assertThat(encodings.get()).as("encodings").isBetween(EVENTS, 4 * EVENTS);
        }
    }

    /** Reads all, in order, and returns the number of pieces that took. */
    private int read(Reading reading, String id) throws IOException {
        Expecting seen = new Expecting();
        String sockJsUrl = "/sockjs/000/" + id;
        String message = "[\"" + SUBSCRIBE.replace("\"", "\\\"") + "\"]";
        try (RawHttp http = RawHttp.connect(host.port());
                RawHttp other = RawHttp.connect(host.port())) {
            return switch (reading) {
                case SOCKJS_WEBSOCKET -> {
                    RawWebSocket socket = RawWebSocket.open(http, sockJsUrl + "/websocket");
                    socket.text(message);
                    yield seen.all(() -> socket.readMessage().text());
                }
                case SOCKJS_STREAMING -> {
                    http.request("POST", sockJsUrl + "/xhr_streaming", "Content-Length: 0")
                            .readHead();
                    http.readChunksLike("o\n");
                    post(other, sockJsUrl + "/xhr_send", message);
                    // Behind the limit of an answer the reader makes another request.
                    yield seen.all(() -> {
                        byte[] chunk = http.readChunk();
                        if (chunk == null) {
                            http.request("POST", sockJsUrl + "/xhr_streaming", "Content-Length: 0")
                                    .readHead();
                            return "";
                        }
                        return text(chunk);
                    });
                }
                case SOCKJS_POLLING -> {
                    post(http, sockJsUrl + "/xhr", "");
                    post(other, sockJsUrl + "/xhr_send", message);
                    yield seen.all(() -> post(http, sockJsUrl + "/xhr", ""));
                }
                case SOCKJS_JSONP -> {
                    String target = sockJsUrl + "/jsonp?c=callback" + id.replace("-", "");
                    String[] page = {"Sec-Fetch-Site: same-origin"};
                    http.get(target, page).readAnswer();
                    post(other, sockJsUrl + "/xhr_send", message);
                    yield seen.all(() -> http.get(target, page).readAnswer().text());
                }
                case SOCKETIO_WEBSOCKET -> {
                    RawWebSocket socket = RawWebSocket.open(http, "/socket.io/?EIO=4&transport=websocket");
                    socket.text("40");
                    socket.text("420[\"subscribe\",{\"topic\":\"t\"}]");
                    yield seen.all(() -> socket.readMessage().text());
                }
                case SOCKETIO_POLLING -> {
                    String url = "/socket.io/?EIO=4&transport=polling";
                    String opened = http.get(url).readAnswer().text();
                    int at = opened.indexOf("\"sid\":\"") + 7;
                    String target = url + "&sid=" + opened.substring(at, opened.indexOf('"', at));
                    post(other, target, "40");
                    post(other, target, "420[\"subscribe\",{\"topic\":\"t\"}]");
                    yield seen.all(() -> http.get(target).readAnswer().text());
                }
                case DUPLEX -> {
                    String target = "/events?session=" + id + "&topic=t";
                    http.get(target, "Accept: text/event-stream", "Cache-Control: no-cache")
                            .readHead();
                    yield seen.all(() -> {
                        String text = text(http.readChunk());
                        Matcher ids = DUPLEX_ID.matcher(text);
                        while (ids.find()) {
                            synchronized (framings) {
                                framings.add(ids.group(1));
                            }
                        }
                        return text;
                    });
                }
            };
        }
    }

    private static String post(RawHttp http, String target, String body) throws IOException {
        http.request("POST", target, "Content-Length: " + body.length()).send(body);
        return http.readAnswer().text();
    }

    private static String text(byte @Nullable [] chunk) {
        return chunk == null ? "" : new String(chunk, StandardCharsets.UTF_8);
    }

    /** What comes in pieces, each whole messages. */
    private interface Pieces {
        String next() throws IOException;
    }

    private final class Expecting {
        private int next;
        private boolean started;

        int all(Pieces pieces) throws IOException {
            int count = 0;
            while (next < EVENTS) {
                String text = pieces.next();
                count++;
                if (!started && (text.contains("subscribed") || text.contains("430["))) {
                    started = true;
                    subscribed.countDown();
                }
                Matcher marks = MARK.matcher(text);
                while (marks.find()) {
                    assertThat(Integer.parseInt(marks.group(1))).isEqualTo(next);
                    next++;
                }
            }
            return count;
        }
    }
}
