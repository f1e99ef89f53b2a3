package dev.pharos.cli;

import dev.pharos.auth.jwt.KeyException;
import dev.pharos.conformance.Check;
import dev.pharos.conformance.Conformance;
import dev.pharos.conformance.Result;
import dev.pharos.conformance.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a hub from outside. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Check whether a hub keeps to a protocol.", ""},
        description = {
            "",
            "Runs every check against the hub at the URL and tells what came of each. Checks for which something is"
                    + " missing, such as a key or an origin, are skipped and say what it is. Updates are published under"
                    + " topics that nobody else has. A hub that lets nobody read or publish without a token can only be"
                    + " checked with --key: without it those checks are refused, and the result says too little.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos conformance mercure --url http://127.0.0.1:7070/.well-known/mercure",
            "  pharos conformance mercure --url https://hub.example/.well-known/mercure --draft 8 \\",
            "      --key FILE --issuer https://example.com --origin https://app.example --subscriptions",
            "",
            "Exit codes: 0 nothing that must be so is otherwise, 1 something is, or there is no hub, 2 usage,",
            "  3 nothing was found to be wrong, but the hub refused what had to be checked."
        })
final class ConformanceCommand implements Callable<Integer> {

    private static final int REFUSED = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "PROTOCOL", description = "mercure")
    @SuppressWarnings("NullAway.Init")
    private String protocol;

    @Option(names = "--url", required = true, paramLabel = "URL", description = "The URL of the hub.")
    @SuppressWarnings("NullAway.Init")
    private URI url;

    @Option(names = "--draft", defaultValue = "7", paramLabel = "N", description = "7 or 8. Default: 7")
    private int draft;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The shared secret that tokens are signed with (HS256)."
                    + " Default: the secret itself in $$PHAROS_TOKEN_KEY, if it is set")
    private @Nullable Path key;

    @Option(
            names = "--issuer",
            defaultValue = "https://conformance.example",
            paramLabel = "URL",
            description = "The issuer of tokens, in draft 8. Default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private String issuer;

    @Option(
            names = "--audience",
            paramLabel = "URL",
            description = "The audience of tokens, in draft 8. Default: the URL of the hub")
    private @Nullable String audience;

    @Option(names = "--origin", paramLabel = "ORIGIN", description = "A site that may read, and publish by cookie.")
    private @Nullable String origin;

    @Option(
            names = "--heartbeat",
            defaultValue = "15",
            paramLabel = "SECONDS",
            description = "How long a stream may be silent. Default: ${DEFAULT-VALUE}")
    private int heartbeat;

    @Option(names = "--subscriptions", description = "The hub announces and lists subscriptions.")
    private boolean subscriptions;

    @Override
    public Integer call() {
        if (!protocol.equals("mercure")) {
            throw new ParameterException(
                    spec.commandLine(), "'" + protocol + "' is no protocol with checks; there is mercure");
        }
        if (draft != 7 && draft != 8) {
            throw new ParameterException(spec.commandLine(), "--draft is 7 or 8, got " + draft);
        }
        Terminal terminal = Terminal.of(spec.commandLine());
        try {
            return check(target(), terminal);
        } catch (IOException | KeyException e) {
            terminal.accept(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    private Target target() throws IOException {
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new ParameterException(
                    spec.commandLine(), "--url is '" + url + "', but must begin with http:// or https:// and a host");
        }
        KeyText text = KeyText.of(key);
        return new Target(
                url,
                draft,
                text == null ? null : text.secret(),
                issuer,
                audience == null ? url.toString() : audience,
                origin,
                heartbeat,
                subscriptions);
    }

    private static int check(Target target, Terminal terminal) {
        String obstacle = Conformance.obstacle(target);
        if (obstacle != null) {
            terminal.accept(obstacle);
            return 1;
        }
        Map<Result.Outcome, Integer> counts = new EnumMap<>(Result.Outcome.class);
        EnumSet<Result.Outcome> ofMust = EnumSet.noneOf(Result.Outcome.class);
        Conformance.run(target, result -> {
            counts.merge(result.outcome(), 1, Integer::sum);
            if (result.check().level() == Check.Level.MUST) {
                ofMust.add(result.outcome());
            }
            terminal.print(line(result));
        });
        int refused = counts.getOrDefault(Result.Outcome.REFUSED, 0);
        terminal.print("%d passed, %d failed, %d skipped"
                        .formatted(
                                counts.getOrDefault(Result.Outcome.PASSED, 0),
                                counts.getOrDefault(Result.Outcome.FAILED, 0),
                                counts.getOrDefault(Result.Outcome.SKIPPED, 0))
                + (refused == 0 ? "" : ", " + refused + " refused: this says too little of the hub"));
        if (refused > 0) {
            terminal.accept("the hub lets nobody in without a token: " + refused
                    + " checks found out nothing; give the key of its tokens with --key");
        } else if (target.key() == null) {
            terminal.accept("without --key, what is about tokens was not checked");
        }
        return ofMust.contains(Result.Outcome.FAILED) ? 1 : ofMust.contains(Result.Outcome.REFUSED) ? REFUSED : 0;
    }

    private static String line(Result result) {
        Check check = result.check();
        String detail = result.detail().isEmpty() ? "" : ": " + onOneLine(result.detail());
        return "%-7s %-10s %-6s %s%s"
                .formatted(
                        result.outcome().name().toLowerCase(Locale.ROOT),
                        check.id(),
                        check.level(),
                        check.title(),
                        detail);
    }

    /** What a hub answers may have anything in it. */
    private static String onOneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c);
            }
        });
        return line.toString();
    }
}
