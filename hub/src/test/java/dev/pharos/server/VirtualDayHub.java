package dev.pharos.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * A hub in a process of its own whose time is moved by its tests: {@code POST /?seconds=N} at the second address it prints.
 * So a day without an event passes in no time.
 */
final class VirtualDayHub {

    private VirtualDayHub() {}

    /** Prints the hub's URL and the clock's, then runs until it is killed. */
    public static void main(String... args) throws IOException {
        VirtualTime time = new VirtualTime();
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HubServer hub = new HubServer(TestOptions.inMemory(Map.of()), time);
        HttpServer clock = HttpServer.create(free, 0);
        clock.createContext("/", exchange -> move(time, exchange));
        clock.start();
        System.out.println("hub http://127.0.0.1:" + hub.address().getPort());
        System.out.println("clock http://127.0.0.1:" + clock.getAddress().getPort());
    }

    private static void move(VirtualTime time, HttpExchange exchange) throws IOException {
        try (exchange) {
            String seconds = exchange.getRequestURI().getQuery().substring("seconds=".length());
            time.advance(Duration.ofSeconds(Long.parseLong(seconds)));
            exchange.sendResponseHeaders(204, -1);
        }
    }
}
