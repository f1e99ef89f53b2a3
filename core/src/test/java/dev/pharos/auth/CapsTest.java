package dev.pharos.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.auth.Permit.Payloads;
import dev.pharos.hub.Selectors;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CapsTest {

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void costNothingWhereThereAreNone() {
        assertThat(Caps.NONE.enter(at("10.0.0.1"), CapsTest::nothing, Caller.OPEN))
                .isNull();
        assertThat(Caps.NONE.publisher(at("10.0.0.1"), CapsTest::nothing, Caller.OPEN))
                .isNull();
        Caps.NONE.publish(null);
    }

    @Test
    void giveBackAPlaceOnce() {
        Caps caps = new Caps(2, 0, 0, ClientAddresses.DIRECT, nanos::get);
        Caps.Lease one = caps.enter(at("10.0.0.1"), CapsTest::nothing, caller("ann"));
        caps.enter(at("10.0.0.1"), CapsTest::nothing, caller("ann"));
        assertThatThrownBy(() -> caps.enter(at("10.0.0.2"), CapsTest::nothing, caller("ann")))
                .isInstanceOf(RefusedException.class);
        assertThat(one).isNotNull();
        if (one != null) {
            one.close();
            one.close();
        }
        caps.enter(at("10.0.0.1"), CapsTest::nothing, caller("ann"));
        assertThatThrownBy(() -> caps.enter(at("10.0.0.1"), CapsTest::nothing, caller("ann")))
                .isInstanceOf(RefusedException.class);
        caps.enter(at("10.0.0.1"), CapsTest::nothing, caller(null)); // nobody in particular
        assertThat(caps.clients()).isEqualTo(1);
    }

    @Test
    void keepNothingOfThoseWhoHaveGoneOrWereRefused() {
        Caps caps = new Caps(5, 1, 0, ClientAddresses.DIRECT, nanos::get);
        Caps.Lease lease = caps.enter(at("10.0.0.1"), CapsTest::nothing, caller("ann"));
        assertThatThrownBy(() -> caps.enter(at("10.0.0.1"), CapsTest::nothing, caller("bob")))
                .isInstanceOf(RefusedException.class);
        assertThat(caps.clients()).isEqualTo(2);
        if (lease != null) {
            lease.close();
        }
        assertThat(caps.clients()).isZero();
    }

    @Test
    void countAConnectionForWhoItTurnsOutToBe() {
        Caps caps = new Caps(1, 2, 0, ClientAddresses.DIRECT, nanos::get);
        Caps.Lease one = caps.enter(at("10.0.0.1"), CapsTest::nothing, Caller.OPEN);
        Caps.Lease two = caps.enter(at("10.0.0.1"), CapsTest::nothing, Caller.OPEN);
        assertThat(one).isNotNull();
        assertThat(two).isNotNull();
        if (one != null && two != null) {
            one.claim(caller("ann"));
            one.claim(caller("ann"));
            assertThatThrownBy(() -> two.claim(caller("ann"))).isInstanceOf(RefusedException.class);
            one.claim(caller("bob"));
            two.claim(caller("ann"));
            one.close();
            one.claim(caller("eve")); // too late
            two.close();
        }
        assertThat(caps.clients()).isZero();
    }

    @Test
    void letASecondsWorthThrough() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Caps caps = new Caps(0, 0, 100, ClientAddresses.DIRECT, nanos::get);
        String ann = caps.publisher(at("10.0.0.1"), CapsTest::nothing, caller("ann"));
        int through = 0;
        while (nanos.get() < 10_000_000_000L) {
            try {
                caps.publish(ann);
                through++;
            } catch (RefusedException often) {
                assertThat(often.retryAfterSeconds()).isEqualTo(1);
            }
            nanos.addAndGet(random.nextInt(4_000_000));
        }
        assertThat(through).as("seed %d: of 100 a second in 10 s", seed).isBetween(1_050, 1_101);
    }

    @Test
    void believeTheProxiesThatAreTrustedAlone() {
        ClientAddresses direct = ClientAddresses.DIRECT;
        ClientAddresses behind = ClientAddresses.behind(List.of("10.0.0.0/8", "fd00::/8"));
        Function<String, List<String>> said = forwardedFor("9.9.9.9, 8.8.8.8, 10.1.1.1");
        assertThat(direct.of(at("10.0.0.1"), said)).isEqualTo("10.0.0.1");
        assertThat(behind.of(at("10.0.0.1"), said)).isEqualTo("8.8.8.8");
        assertThat(behind.of(at("11.0.0.1"), said)).isEqualTo("11.0.0.1");
        assertThat(behind.of(at("fd00::1"), forwardedFor("7.7.7.7"))).isEqualTo("7.7.7.7");
        assertThat(behind.of(at("10.0.0.1"), forwardedFor("nonsense"))).isEqualTo("10.0.0.1");
        assertThat(behind.of(at("10.0.0.1"), forwardedFor("localhost"))).isEqualTo("10.0.0.1");
        assertThat(behind.of(at("10.0.0.1"), forwarded("for=\"[2001:db8:1:2:3::4]:4711\";proto=https, for=10.2.2.2")))
                .isEqualTo(behind.of(at("10.0.0.1"), forwarded("for=\"[2001:db8:1:2::9]\"")));
        assertThat(behind.of(at("10.0.0.1"), forwarded("proto=https;For=6.6.6.6:80")))
                .isEqualTo("6.6.6.6");
        assertThat(behind.of(at("10.0.0.1"), CapsTest::nothing)).isEqualTo("10.0.0.1");
    }

    @Test
    void refuseProxiesThatAreNoAddresses() {
        for (String wrong :
                List.of("", "proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0", "1.2.3.4/", "::1/129")) {
            assertThatThrownBy(() -> ClientAddresses.behind(List.of(wrong))).hasMessageContaining("'" + wrong + "'");
        }
    }

    private static List<String> nothing(String name) {
        return List.of();
    }

    private static Function<String, List<String>> forwardedFor(String value) {
        return name -> name.equals("X-Forwarded-For") ? List.of(value) : List.of();
    }

    private static Function<String, List<String>> forwarded(String value) {
        return name -> name.equals("Forwarded") ? List.of(value) : List.of("5.5.5.5");
    }

    private static SocketAddress at(String address) {
        return new InetSocketAddress(address, 1);
    }

    private static Caller caller(@Nullable String subject) {
        return new Caller(
                new Permit(subject, true, Selectors.NONE, Selectors.NONE, Permit.NEVER, Payloads.NONE),
                Credentials.Source.HEADER);
    }
}
