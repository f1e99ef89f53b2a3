package dev.pharos.host.netty;

import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import dev.pharos.testkit.Capability;
import dev.pharos.testkit.HostContract;
import dev.pharos.testkit.Settings;
import java.util.EnumSet;
import java.util.Set;

/**
 * The contract of the seam, on NIO.
 */
class ContractOnNioTest extends HostContract {

    @Override
    protected Host start(Handler handler, Settings settings) {
        return TestHosts.start(Transport.NIO, handler, settings);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }
}
