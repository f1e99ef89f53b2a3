package dev.pharos.cli;

import dev.pharos.conformance.Check;
import dev.pharos.conformance.Conformance;
import dev.pharos.conformance.Result;
import dev.pharos.conformance.Target;
import java.io.PrintWriter;
import java.net.URI;
import java.util.EnumMap;
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
                    + " missing, such as a key, are skipped. Updates are published under topics that nobody else has.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos conformance mercure --url http://127.0.0.1:7070/.well-known/mercure",
            "  pharos conformance mercure --url https://hub.example/.well-known/mercure --draft 8 \\",
            "      --key SECRET --issuer https://example.com --origin https://app.example --subscriptions",
            "",
            "Exit codes: 0 nothing that must be so is otherwise, 1 something is."
        })
final class ConformanceCommand implements Callable<Integer> {

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

    @Option(names = "--key", paramLabel = "SECRET", description = "The secret of HS256 that tokens are signed with.")
    private @Nullable String key;

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
        Target target = new Target(
                url,
                draft,
                key,
                issuer,
                audience == null ? url.toString() : audience,
                origin,
                heartbeat,
                subscriptions);
        String fault = Conformance.unreachable(target);
        if (fault != null) {
            spec.commandLine().getErr().println("pharos: no hub answers at " + url + ": " + fault);
            spec.commandLine().getErr().flush();
            return 1;
        }
        PrintWriter out = spec.commandLine().getOut();
        Map<Result.Outcome, Integer> counts = new EnumMap<>(Result.Outcome.class);
        boolean[] broken = new boolean[1];
        Conformance.run(target, result -> {
            counts.merge(result.outcome(), 1, Integer::sum);
            Check check = result.check();
            broken[0] |= result.outcome() == Result.Outcome.FAILED && check.level() == Check.Level.MUST;
            String detail = result.detail().isEmpty() ? "" : ": " + result.detail();
            out.printf(
                    "%-7s %-10s %-6s %s%s%n",
                    result.outcome().name().toLowerCase(Locale.ROOT), check.id(), check.level(), check.title(), detail);
            out.flush();
        });
        out.printf(
                "%d passed, %d failed, %d skipped%n",
                counts.getOrDefault(Result.Outcome.PASSED, 0),
                counts.getOrDefault(Result.Outcome.FAILED, 0),
                counts.getOrDefault(Result.Outcome.SKIPPED, 0));
        out.flush();
        return broken[0] ? 1 : 0;
    }
}
