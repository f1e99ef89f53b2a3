package dev.pharos.conformance;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All checks of the Mercure protocol. */
public final class Conformance {

    private Conformance() {}

    /** The checks of a draft, in order. */
    public static List<Check> checks(int draft) {
        return Stream.of(
                        SubscribeChecks.ALL,
                        PublishChecks.ALL,
                        AuthorizationChecks.ALL,
                        TokenChecks.ALL,
                        ReconnectionChecks.ALL,
                        SubscriptionChecks.ALL,
                        DiscoveryChecks.ALL)
                .flatMap(List::stream)
                .filter(check -> check.draft() == 0 || check.draft() == draft)
                .toList();
    }

    /** Why no check can be made of the target, in a few words; or null if it answers. */
    public static @Nullable String unreachable(Target target) {
        try (Client hub = new Client(target)) {
            hub.getStatus("");
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (IOException failure) {
            String message = failure.getMessage();
            return message == null ? "the connection is refused" : message;
        }
    }

    /** Runs the checks of the target's draft one after the other, and tells of each. */
    public static void run(Target target, Consumer<Result> sink) {
        for (Check check : checks(target.draft())) {
            sink.accept(run(target, check));
        }
    }

    /** Runs one check. */
    public static Result run(Target target, Check check) {
        try (Client hub = new Client(target)) {
            check.body().run(hub);
            return new Result(check, Result.Outcome.PASSED, "");
        } catch (Check.SkippedException skipped) {
            return new Result(check, Result.Outcome.SKIPPED, String.valueOf(skipped.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(check, Result.Outcome.SKIPPED, "interrupted");
        } catch (AssertionError wrong) {
            return new Result(check, Result.Outcome.FAILED, String.valueOf(wrong.getMessage()));
        } catch (Exception failure) {
            return new Result(check, Result.Outcome.FAILED, failure.toString());
        }
    }
}
