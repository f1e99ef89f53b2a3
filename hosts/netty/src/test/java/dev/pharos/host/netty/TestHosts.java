package dev.pharos.host.netty;

import dev.pharos.http.Handler;
import dev.pharos.testkit.Settings;

/**
 * Hosts as tests need them: two loops, so that connections share and do not share one.
 */
final class TestHosts {

    private TestHosts() {}

    static NettyHost start(Transport transport, Handler handler, Settings settings) {
        return NettyHost.builder(handler)
                .transport(transport)
                .loops(2)
                .writeDeadline(settings.writeDeadline())
                .headDeadline(settings.headDeadline())
                .requestLineLimit(settings.maxRequestLine())
                .headersLimit(settings.maxHeaders())
                .start();
    }
}
