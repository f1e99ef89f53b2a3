package dev.pharos.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pharos.testkit.ManualTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A hub in a process of its own whose time is moved by its tests, so that a day without an event passes in no time, and that
 * tells what it holds. At the second address it prints:
 *
 * <ul>
 *   <li>{@code POST /?seconds=N} moves the time;
 *   <li>{@code GET /subscriptions} answers how many there are;
 *   <li>{@code GET /heap} answers the bytes of live objects.
 * </ul>
 */
final class VirtualDayHub {

    private VirtualDayHub() {}

    /**
     * Prints the hub's URL and the clock's, then runs until it is killed.
     *
     * @param args its options as variables of the environment, {@code NAME=VALUE}
     */
    public static void main(String... args) throws IOException {
        Map<String, String> variables = new HashMap<>();
        for (String variable : args) {
            int sign = variable.indexOf('=');
            variables.put(variable.substring(0, sign), variable.substring(sign + 1));
        }
        ManualTime time = new ManualTime();
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HubServer hub = new HubServer(TestOptions.inMemory(variables), time);
        HttpServer clock = HttpServer.create(free, 0);
        clock.createContext("/", exchange -> move(time, exchange));
        clock.createContext(
                "/subscriptions", exchange -> answer(exchange, hub.stats().subscriptions()));
        clock.createContext("/heap", exchange -> answer(exchange, liveHeap()));
        clock.start();
        System.out.println("hub http://127.0.0.1:" + hub.address().getPort());
        System.out.println("clock http://127.0.0.1:" + clock.getAddress().getPort());
    }

    private static void move(ManualTime time, HttpExchange exchange) throws IOException {
        try (exchange) {
            String seconds = exchange.getRequestURI().getQuery().substring("seconds=".length());
            time.sleep(Duration.ofSeconds(Long.parseLong(seconds)));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private static void answer(HttpExchange exchange, long number) throws IOException {
        try (exchange) {
            byte[] text = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    /** The least of three, as a collection may leave what only the next one finds. */
    private static long liveHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
