package dev.pharos.protocol.sockjs;

import java.util.regex.Pattern;

/** What a path below the protocol's own stands for. */
sealed interface Place {

    /** The protocol's own path, which greets. */
    record Greeting() implements Place {}

    /** What a client asks before it begins. */
    record Inquiry() implements Place {}

    /** The page that transports within a frame load. */
    record Iframe() implements Place {}

    /** A WebSocket without frames of SockJS. */
    record RawWebSocket() implements Place {}

    /** A transport of a session. */
    record OfSession(String id, Transport transport) implements Place {}

    /** Nothing is there. */
    record Nowhere() implements Place {}

    /** Clients put their version in. */
    Pattern IFRAME = Pattern.compile("/iframe[0-9a-z._-]*\\.html");

    /** The most characters of a session's id; ids of clients have 8 to 36. */
    int MOST_ID = 128;

    /** Tells the place of what follows the protocol's path, as sent. */
    static Place of(String rest) {
        return switch (rest) {
            case "", "/" -> new Greeting();
            case "/info" -> new Inquiry();
            case "/websocket" -> new RawWebSocket();
            default -> isIframe(rest) ? new Iframe() : ofSession(rest);
        };
    }

    private static boolean isIframe(String rest) {
        return IFRAME.matcher(rest).matches();
    }

    /** {@code /server/session/transport}; the first is for load balancers alone. */
    private static Place ofSession(String rest) {
        int session = rest.indexOf('/', 1);
        int transport = session < 0 ? -1 : rest.indexOf('/', session + 1);
        if (transport < 0
                || session == 1
                || transport == session + 1
                || transport - session - 1 > MOST_ID
                || rest.lastIndexOf('.', transport) >= 0) {
            return new Nowhere();
        }
        Transport named = Transport.of(rest.substring(transport + 1));
        return named == null ? new Nowhere() : new OfSession(rest.substring(session + 1, transport), named);
    }
}
