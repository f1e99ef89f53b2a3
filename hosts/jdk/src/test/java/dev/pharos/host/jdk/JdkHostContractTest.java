package dev.pharos.host.jdk;

import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import dev.pharos.testkit.Capability;
import dev.pharos.testkit.HostContract;
import dev.pharos.testkit.Settings;
import java.util.EnumSet;
import java.util.Set;

class JdkHostContractTest extends HostContract {

    @Override
    protected Host start(Handler handler, Settings settings) {
        return JdkHost.builder(handler)
                .loops(2)
                .writeDeadline(settings.writeDeadline())
                .start();
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.HTTP_1_0, Capability.WRITE_DEADLINE, Capability.EARLY_ANSWER);
    }
}
