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

    /** Why no check of the target would say anything: one sentence, or null if they can be run. */
    public static @Nullable String obstacle(Target target) {
        try (Client hub = new Client(target)) {
            int status = hub.openAsStranger(hub.select(hub.topic())).answer().statusCode();
            return switch (status) {
                case 404 -> "there is no hub at " + target.url() + ": the answer is 404";
                case 400 ->
                    "the hub at " + target.url() + " takes no subscription of draft " + target.draft()
                            + ": the answer is 400; --draft says which it speaks";
                case 401 -> tokenObstacle(hub);
                default -> null;
            };
        } catch (IOException e) {
            String why = e.getMessage() == null ? "the connection is refused" : e.getMessage();
            return "no hub answers at " + target.url() + ": " + why;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** With a key, all that is checked takes its tokens: one that is refused is no finding about the hub. */
    private static @Nullable String tokenObstacle(Client hub) throws IOException, InterruptedException {
        Target target = hub.target();
        return target.key() != null && hub.getStatus(hub.select(hub.topic())) == 401
                ? "the hub at " + target.url()
                        + " lets nobody read without a token, and refuses one that is signed with"
                        + " the key; --draft and --issuer, and in draft 8 --audience, have to be those of the hub"
                : null;
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
        } catch (Check.RefusedException refused) {
            return new Result(check, Result.Outcome.REFUSED, String.valueOf(refused.getMessage()));
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
