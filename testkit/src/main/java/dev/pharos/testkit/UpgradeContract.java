package dev.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Response;
import dev.pharos.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What a host says to requests for a WebSocket, and before them: {@link Reply#upgradeSupport}. */
abstract class UpgradeContract extends HostChecks {

    static final WebSocket.Options OPTIONS = new WebSocket.Options("", 1 << 20, 1000, Headers.NONE);

    private static final String UPGRADE = "Upgrade: websocket";
    private static final String CONNECTION = "Connection: keep-alive, Upgrade";
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static final String VERSION = "Sec-WebSocket-Version: 13";

    UpgradeContract(HostContract contract) {
        super(contract);
    }

    private void serveSupport() {
        serve((request, reply) ->
                reply.send(Response.text(200, reply.upgradeSupport().name())));
    }

    private String supportOf(String method, String... lines) throws Exception {
        try (RawHttp client = RawHttp.connect(host().port())) {
            return client.request(method, "/", lines).readAnswer().text().strip();
        }
    }

    @Test
    void aPlainRequestDoesNotAsk() throws Exception {
        serveSupport();

        assertThat(supportOf("GET")).isEqualTo("NOT_ASKED");
        assertThat(supportOf("GET", "Connection: Upgrade", "Upgrade: h2c")).isEqualTo("NOT_ASKED");
    }

    @Test
    void aProperHandshakeIsSupportedOrKnownNotToBe() throws Exception {
        serveSupport();
        UpgradeSupport expected = can(Capability.WEBSOCKET) ? UpgradeSupport.READY : UpgradeSupport.UNSUPPORTED;

        assertThat(supportOf("GET", UPGRADE, CONNECTION, KEY, VERSION)).isEqualTo(expected.name());
        assertThat(supportOf("GET", "upgrade: WebSocket", "connection: upgrade", KEY, VERSION))
                .isEqualTo(expected.name());
    }

    @Test
    void whatTheHostSpeaksIsKnownBeforeAnybodyAsks() throws Exception {
        serve((request, reply) -> reply.send(Response.text(200, String.valueOf(reply.speaksWebSocket()))));
        String expected = String.valueOf(can(Capability.WEBSOCKET));

        assertThat(supportOf("GET")).isEqualTo(expected);
        assertThat(supportOf("POST", "Content-Length: 0")).isEqualTo(expected);
        assertThat(supportOf("GET", UPGRADE, CONNECTION, KEY, VERSION)).isEqualTo(expected);
    }

    @Test
    void anImproperHandshakeIsInvalid() throws Exception {
        serveSupport();

        assertThat(supportOf("GET", UPGRADE, CONNECTION, KEY, "Sec-WebSocket-Version: 8"))
                .isEqualTo("INVALID");
        assertThat(supportOf("GET", UPGRADE, CONNECTION, KEY)).isEqualTo("INVALID");
        assertThat(supportOf("GET", UPGRADE, CONNECTION, VERSION)).isEqualTo("INVALID");
        assertThat(supportOf("GET", UPGRADE, CONNECTION, "Sec-WebSocket-Key: short", VERSION))
                .isEqualTo("INVALID");
        assertThat(supportOf("GET", UPGRADE, KEY, VERSION)).isEqualTo("INVALID");
        assertThat(supportOf("POST", UPGRADE, CONNECTION, KEY, VERSION, "Content-Length: 0"))
                .isEqualTo("INVALID");
    }

    @Test
    void anUpgradeThatIsNotReadyIsRefused() throws Exception {
        BlockingQueue<Class<?>> thrown = new LinkedBlockingQueue<>();
        serve((request, reply) -> {
            try {
                SocketProbe.open(request, reply, faults, OPTIONS, false);
                faults.add("the upgrade was not refused");
            } catch (IllegalStateException e) {
                thrown.add(e.getClass());
            }
            reply.send(Response.text(400, "no"));
        });

        assertThat(connect().get("/").readAnswer().status()).isEqualTo(400);
        assertThat(connect().get("/", UPGRADE, CONNECTION, VERSION).readAnswer().status())
                .isEqualTo(400);
        if (!can(Capability.WEBSOCKET)) {
            assertThat(connect()
                            .get("/", UPGRADE, CONNECTION, KEY, VERSION)
                            .readAnswer()
                            .status())
                    .isEqualTo(400);
            assertThat(thrown).hasSize(3);
        } else {
            assertThat(thrown).hasSize(2);
        }
    }

    @Test
    void aHandshakeMayBeAnsweredOtherwise() throws Exception {
        serve((request, reply) -> reply.send(Response.text(501, "no WebSocket here")));
        RawHttp client = connect();

        assertThat(client.get("/", UPGRADE, CONNECTION, KEY, VERSION)
                        .readAnswer()
                        .status())
                .isEqualTo(501);
    }
}
