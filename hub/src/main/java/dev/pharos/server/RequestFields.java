package dev.pharos.server;

import dev.pharos.http.Handler;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code /request-fields}: how many bytes the header fields of this request have, which a page cannot see, with the empty
 * line behind them. Counts the fields that browsers send.
 */
final class RequestFields implements Handler {

    private static final List<String> SENT_BY_BROWSERS = List.of(
            "Host",
            "Connection",
            "Pragma",
            "Cache-Control",
            "sec-ch-ua-platform",
            "User-Agent",
            "Accept",
            "sec-ch-ua",
            "sec-ch-ua-mobile",
            "DNT",
            "Sec-GPC",
            "Sec-Fetch-Site",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Dest",
            "Referer",
            "Accept-Encoding",
            "Accept-Language",
            "Priority",
            "Cookie",
            "Authorization");

    private static final int COLON_SPACE_AND_LINE_END = 4;
    private static final int EMPTY_LINE = 2;

    @Override
    public void handle(Request request, Reply reply) {
        int size = EMPTY_LINE;
        for (String name : SENT_BY_BROWSERS) {
            for (String value : request.headers(name)) {
                size += name.length() + value.getBytes(StandardCharsets.UTF_8).length + COLON_SPACE_AND_LINE_END;
            }
        }
        reply.send(Response.text(200, Integer.toString(size)));
    }
}
