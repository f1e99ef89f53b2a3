package dev.pharos.server;

import dev.pharos.auth.Access;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.config.Configuration;
import dev.pharos.config.Mount;
import dev.pharos.hub.Selectors;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What each door of a hub says to a token, without a hub: the same keys, audiences and issuers judge it. Keys that are
 * published at a URL are fetched from there.
 */
public final class DoorCheck {

    private static final long PATIENCE_SECONDS = 15;

    private DoorCheck() {}

    /**
     * The judgement at one door.
     *
     * @param door the path it is at
     * @param isGood whether the token is taken there
     * @param words the same for people, without the token
     */
    public record Judgement(String door, boolean isGood, String words) {}

    /**
     * Judges a token at every door, that of plain events first.
     *
     * @throws UnusableKeyException when a key cannot be read or used
     */
    public static List<Judgement> judge(Configuration configuration, String token, InstantSource clock) {
        Tokens tokens = new Tokens(configuration, clock, System::nanoTime);
        List<Judgement> all = new ArrayList<>();
        all.add(judge("/events", tokens.plain(), token));
        for (Mount place : configuration.mercure()) {
            Access door = place.draft() == Mount.Draft.D08 ? tokens.draft08(place) : tokens.draft07();
            all.add(judge(place.path(), door, token));
        }
        return all;
    }

    private static Judgement judge(String door, Access access, String token) {
        try {
            Permit permit = access.authorizer()
                    .authorize(new Credentials(Credentials.Source.HEADER, token))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new Judgement(
                    door, true, "takes it" + (grantsNothing(permit) ? ", and it grants nothing there" : ""));
        } catch (ExecutionException e) {
            return refused(
                    door,
                    e.getCause() instanceof RefusedException refused
                            ? refused.sentence()
                            : "it cannot be checked, " + e.getCause());
        } catch (TimeoutException e) {
            return refused(door, "its keys did not come within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(door, "interrupted");
        }
    }

    private static boolean grantsNothing(Permit permit) {
        return permit.publish().equals(Selectors.NONE) && permit.subscribe().equals(Selectors.NONE);
    }

    private static Judgement refused(String door, String why) {
        return new Judgement(door, false, "REFUSES it: " + why);
    }
}
