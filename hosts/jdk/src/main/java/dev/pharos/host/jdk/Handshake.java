package dev.pharos.host.jdk;

import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Request;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The judgement of a client's opening handshake (RFC 6455 section 4.2.1), on a host that can never complete it.
 */
final class Handshake {

    private Handshake() {}

    static UpgradeSupport judge(Request request) {
        if (tokens(request, "Upgrade").noneMatch("websocket"::equalsIgnoreCase)) {
            return UpgradeSupport.NOT_ASKED;
        }
        boolean valid = request.method().equals("GET")
                && tokens(request, "Connection").anyMatch("upgrade"::equalsIgnoreCase)
                && "13".equals(request.header("Sec-WebSocket-Version"))
                && isNonce(request.header("Sec-WebSocket-Key"));
        return valid ? UpgradeSupport.UNSUPPORTED : UpgradeSupport.INVALID;
    }

    private static Stream<String> tokens(Request request, String name) {
        return request.headers(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip);
    }

    private static boolean isNonce(@Nullable String key) {
        if (key == null || key.length() != 24) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
