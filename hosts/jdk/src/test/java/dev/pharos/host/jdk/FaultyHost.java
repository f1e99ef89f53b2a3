package dev.pharos.host.jdk;

import dev.pharos.http.Body;
import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Host;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import dev.pharos.testkit.Capability;
import dev.pharos.testkit.HostContract;
import dev.pharos.testkit.Settings;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The contract of a host that breaks one promise of the seam: the kit must notice. */
class FaultyHost extends HostContract {

    /** What is broken now. */
    static Fault fault = Fault.NONE;

    enum Fault {
        NONE,
        HANDLER_OFF_LOOP,
        PATH_DECODED,
        EMPTY_QUERY_IS_NONE,
        ONE_HEADER_OF_A_NAME,
        ANSWER_WITHOUT_ITS_FIELDS,
        RUN_LOST,
        RUNS_LATE,
        CLOSE_TWICE,
        CLOSE_WITHIN_A_CALL,
        CLOSE_UNTOLD,
        ALWAYS_READY,
        READY_UNTOLD,
        PAUSE_IGNORED
    }

    @Override
    protected Host start(Handler handler, Settings settings) {
        return JdkHost.builder(breaking(handler))
                .writeDeadline(settings.writeDeadline())
                .start();
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.HTTP_1_0, Capability.WRITE_DEADLINE);
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(3);
    }

    private static boolean is(Fault one) {
        return fault == one;
    }

    private static Handler breaking(Handler handler) {
        return (request, reply) -> {
            Runnable call = () -> handler.handle(new FaultyRequest(request), new FaultyReply(request.loop(), reply));
            if (is(Fault.HANDLER_OFF_LOOP)) {
                Thread.ofVirtual().start(call);
            } else {
                call.run();
            }
        };
    }

    private record FaultyRequest(Request sound) implements Request {

        @Override
        public String method() {
            return sound.method();
        }

        @Override
        public String path() {
            return is(Fault.PATH_DECODED) ? URLDecoder.decode(sound.path(), StandardCharsets.UTF_8) : sound.path();
        }

        @Override
        public @Nullable String query() {
            String query = sound.query();
            return is(Fault.EMPTY_QUERY_IS_NONE) && query != null && query.isEmpty() ? null : query;
        }

        @Override
        public @Nullable String header(String name) {
            return sound.header(name);
        }

        @Override
        public List<String> headers(String name) {
            List<String> all = sound.headers(name);
            return is(Fault.ONE_HEADER_OF_A_NAME) && all.size() > 1 ? List.of(all.getFirst()) : all;
        }

        @Override
        public SocketAddress remoteAddress() {
            return sound.remoteAddress();
        }

        @Override
        public SocketAddress localAddress() {
            return sound.localAddress();
        }

        @Override
        public Body body() {
            return is(Fault.PAUSE_IGNORED) ? new Unpausable(sound.body()) : sound.body();
        }

        @Override
        public EventLoop loop() {
            return sound.loop();
        }
    }

    private record Unpausable(Body sound) implements Body {

        @Override
        public long length() {
            return sound.length();
        }

        @Override
        public void read(Reader reader) {
            sound.read(reader);
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}
    }

    private record FaultyReply(EventLoop loop, Reply sound) implements Reply {

        @Override
        public void send(Response response) {
            sound.send(
                    is(Fault.ANSWER_WITHOUT_ITS_FIELDS)
                            ? new Response(response.status(), Headers.NONE, response.body())
                            : response);
        }

        @Override
        public ResponseStream stream(int status, Headers headers, ResponseStream.Listener listener) {
            FaultyListener faulty = new FaultyListener(listener);
            return new FaultyStream(loop, sound.stream(status, headers, faulty), faulty);
        }

        @Override
        public boolean speaksWebSocket() {
            return sound.speaksWebSocket();
        }

        @Override
        public UpgradeSupport upgradeSupport() {
            return sound.upgradeSupport();
        }

        @Override
        public void upgrade(WebSocket.Options options, WebSocket.Listener listener) {
            sound.upgrade(options, listener);
        }

        @Override
        public void onAbort(Runnable action) {
            sound.onAbort(action);
        }
    }

    private record FaultyListener(ResponseStream.Listener sound) implements ResponseStream.Listener {

        @Override
        public void onReady() {
            if (!is(Fault.READY_UNTOLD)) {
                sound.onReady();
            }
        }

        @Override
        public void onClose() {
            if (!is(Fault.CLOSE_UNTOLD)) {
                sound.onClose();
            }
            if (is(Fault.CLOSE_TWICE)) {
                sound.onClose();
            }
        }
    }

    private static final class FaultyStream implements ResponseStream {

        private final EventLoop loop;
        private final ResponseStream sound;
        private final FaultyListener listener;
        private int writes;

        FaultyStream(EventLoop loop, ResponseStream sound, FaultyListener listener) {
            this.loop = loop;
            this.sound = sound;
            this.listener = listener;
        }

        @Override
        public boolean ready() {
            return is(Fault.ALWAYS_READY) || sound.ready();
        }

        @Override
        public void write(Encoded bytes) {
            writes++;
            if (is(Fault.RUNS_LATE) && writes % 7 == 0) {
                loop.execute(() -> sound.write(bytes));
            } else if (!is(Fault.RUN_LOST) || writes % 7 != 0) {
                sound.write(bytes);
            }
        }

        @Override
        public void close() {
            sound.close();
            if (is(Fault.CLOSE_WITHIN_A_CALL)) {
                listener.onClose();
            }
        }
    }
}
