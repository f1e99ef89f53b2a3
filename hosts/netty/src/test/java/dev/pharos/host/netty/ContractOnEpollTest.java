package dev.pharos.host.netty;

import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import dev.pharos.testkit.Capability;
import dev.pharos.testkit.HostContract;
import dev.pharos.testkit.Settings;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The contract of the seam, on epoll.
 */
@EnabledIf(value = "available", disabledReason = "this machine has no epoll")
class ContractOnEpollTest extends HostContract {

    static boolean available() {
        return Transport.EPOLL.available();
    }

    @Override
    protected Host start(Handler handler, Settings settings) {
        return TestHosts.start(Transport.EPOLL, handler, settings);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }
}
