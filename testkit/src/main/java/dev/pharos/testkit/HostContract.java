package dev.pharos.testkit;

import dev.pharos.http.Handler;
import dev.pharos.http.Host;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * The contract of the seam as tests: a host passes it by a subclass that says how the host is started and what it can.
 *
 * <pre>{@code
 * class MyHostTest extends HostContract {
 *     protected Host start(Handler handler, Settings settings) {
 *         return MyHost.listen(0, handler, settings.writeDeadline());
 *     }
 *
 *     protected Set<Capability> capabilities() {
 *         return EnumSet.of(Capability.PIPELINING, Capability.WRITE_DEADLINE);
 *     }
 * }
 * }</pre>
 *
 * <p>A check of a capability that the host does not state is reported as skipped, with the reason, or checks what the
 * seam demands instead. Every check starts a host of its own, on a port the system chooses, and closes it.
 */
public abstract class HostContract {

    /** For subclasses. */
    protected HostContract() {}

    /** Starts the host on a loopback port that the system chooses. */
    protected abstract Host start(Handler handler, Settings settings);

    /** What the host can beyond what every host must. */
    protected abstract Set<Capability> capabilities();

    /** How long anything that must happen promptly may take on a busy machine. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Nested
    class Requests extends RequestContract {
        Requests() {
            super(HostContract.this);
        }
    }

    @Nested
    class Answers extends AnswerContract {
        Answers() {
            super(HostContract.this);
        }
    }

    @Nested
    class Streams extends StreamContract {
        Streams() {
            super(HostContract.this);
        }
    }

    @Nested
    class SlowReaders extends SlowReaderContract {
        SlowReaders() {
            super(HostContract.this);
        }
    }

    @Nested
    class Disappearance extends DisappearanceContract {
        Disappearance() {
            super(HostContract.this);
        }
    }

    @Nested
    class Bodies extends BodyContract {
        Bodies() {
            super(HostContract.this);
        }
    }

    @Nested
    class Upgrades extends UpgradeContract {
        Upgrades() {
            super(HostContract.this);
        }
    }

    @Nested
    class WebSockets extends WebSocketContract {
        WebSockets() {
            super(HostContract.this);
        }
    }

    @Nested
    class WebSocketRules extends WebSocketRulesContract {
        WebSocketRules() {
            super(HostContract.this);
        }
    }

    @Nested
    class BadInput extends BadInputContract {
        BadInput() {
            super(HostContract.this);
        }
    }

    @Nested
    class Bounds extends BoundsContract {
        Bounds() {
            super(HostContract.this);
        }
    }
}
