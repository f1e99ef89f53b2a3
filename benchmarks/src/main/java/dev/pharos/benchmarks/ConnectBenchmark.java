package dev.pharos.benchmarks;

import dev.pharos.auth.Access;
import dev.pharos.auth.Authorizer;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Permit;
import dev.pharos.auth.TokenSources;
import dev.pharos.auth.jwt.JwtAuthorizer;
import dev.pharos.auth.jwt.KeySource;
import dev.pharos.auth.jwt.SigningKey;
import dev.pharos.auth.jwt.TokenMint;
import dev.pharos.auth.jwt.TokenProfile;
import dev.pharos.auth.jwt.TrustedKeys;
import dev.pharos.host.netty.NettyHost;
import dev.pharos.http.AllowedOrigins;
import dev.pharos.hub.Hub;
import dev.pharos.log.MemoryLog;
import dev.pharos.protocol.events.EventsProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Opens a stream over TCP until its first bytes are there, and ends it: with and without keys, both with the token. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ConnectBenchmark {

    private static final byte[] SECRET = "a secret of more than thirty-two bytes".getBytes(StandardCharsets.UTF_8);

    /** Nobody judges the token, or it was judged before. */
    @Param({"open", "cached"})
    public String door = "open";

    private @Nullable Hub hub;
    private @Nullable NettyHost host;
    private @Nullable InetSocketAddress address;
    private byte[] request = {};
    private final byte[] answer = new byte[4096];

    /** Starts a hub and makes a token. */
    @Setup
    public void start() {
        Authorizer authorizer = door.equals("open")
                ? Authorizer.OPEN
                : new JwtAuthorizer(
                        TokenProfile.draft07(),
                        TrustedKeys.of(KeySource.secret(SECRET)),
                        Permit.anonymous(false, false),
                        InstantSource.system(),
                        ForkJoinPool.commonPool());
        Access access =
                new Access(authorizer, TokenSources.DEFAULT, AllowedOrigins.NONE, InstantSource.system(), Caps.NONE);
        Hub engine = Hub.over(MemoryLog.ofBytes(1 << 20)).build();
        NettyHost server = NettyHost.builder(
                        EventsProtocol.builder(engine).access(access).build())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        hub = engine;
        host = server;
        String token = TokenMint.draft07()
                .subscribe("", "https://example.com/users/1")
                .subject("1")
                .expiresAt(Instant.now().plusSeconds(3_600))
                .sign(SigningKey.secret(SECRET));
        request =
                ("GET /events?topic=https://example.com/users/1 HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                                + "Cache-Control: no-cache\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
    }

    /** Stops the hub. */
    @TearDown
    public void stop() {
        Objects.requireNonNull(host).close();
        Objects.requireNonNull(hub).close();
    }

    /** One stream. */
    @Benchmark
    public int connect() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoLinger(true, 0); // no port is left waiting
            socket.connect(address);
            socket.getOutputStream().write(request);
            int length = socket.getInputStream().read(answer);
            if (length < 12 || answer[9] != '2') {
                throw new IOException(
                        "no stream: " + new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII));
            }
            return length;
        }
    }
}
