package dev.pharos.cli;

import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.jwt.JwtAuthorizer;
import dev.pharos.auth.jwt.KeyException;
import dev.pharos.auth.jwt.TokenProfile;
import dev.pharos.auth.jwt.TokenText;
import dev.pharos.auth.jwt.TrustedKeys;
import dev.pharos.config.Configuration;
import dev.pharos.config.ConfigurationException;
import dev.pharos.config.Effective;
import dev.pharos.config.Sources;
import dev.pharos.server.DoorCheck;
import dev.pharos.server.UnusableKeyException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is in a token. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Show what is in a token, until when it is good, and whether a key or a hub accepts it.", ""},
        description = {
            "",
            "With --key the signature is checked; with --config the whole token, as the hub of that configuration would:"
                    + " signature, issuer, audience, type and times, at each path that takes tokens, with the reason why"
                    + " one refuses it. The token is sent nowhere; key sets that the configuration names by URL are"
                    + " fetched. A token is a password: '-' keeps it out of lists of processes.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 it is good as far as that was checked, 1 it is not, 2 the command line was wrong.",
            "",
            "Examples:",
            "  pharos token inspect $TOKEN",
            "  pbpaste | pharos token inspect --key public.pem -",
            "  pharos token inspect --config pharos.yaml $TOKEN          why does my hub say 401?"
        })
final class TokenInspectCommand implements Callable<Integer> {

    private static final int LONGEST = 1 << 20;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The token; '-' reads it from standard input. Default: $$PHAROS_TOKEN")
    private @Nullable String token;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Check the signature with this key: a shared secret, a public key in PEM, a JWK or a key set."
                    + " Default: the key itself in $$PHAROS_TOKEN_KEY")
    private @Nullable Path key;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Judge the token as the hub with this configuration does, $$PHAROS_... included.")
    private @Nullable Path config;

    private final InputStream in;
    private final InstantSource clock;

    TokenInspectCommand(InputStream in, InstantSource clock) {
        this.in = in;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (key != null && config != null) {
            throw new ParameterException(
                    spec.commandLine(), "--key and --config are two ways to check a token; leave one out");
        }
        Terminal terminal = Terminal.of(spec.commandLine());
        try {
            String text = text();
            TokenText parts = TokenText.of(text);
            terminal.print("header     " + printable(parts.header()));
            terminal.print("claims     " + printable(parts.claims()));
            TokenTimes times = TokenTimes.of(parts.claims(), clock.instant());
            times.sentences().forEach(terminal::print);
            boolean good = config != null ? isTaken(text, config, terminal) : isSigned(text, times, terminal);
            return good && times.isGood() ? 0 : 1;
        } catch (RefusedException e) {
            terminal.accept(e.sentence());
        } catch (ConfigurationException e) {
            return Problems.tell(e, spec);
        } catch (IOException | KeyException e) {
            terminal.accept(String.valueOf(e.getMessage()));
        }
        return 1;
    }

    /** Whether the hub with this configuration takes it anywhere. */
    private boolean isTaken(String token, Path file, Terminal terminal) {
        Effective effective = Sources.of(System.getenv()).withFile(file).read();
        Configuration configuration = effective.configuration();
        if (!configuration.hasKeys()) {
            terminal.print("hub        has no keys: it is open to everybody and looks at no token");
            return false;
        }
        try {
            boolean taken = false;
            for (DoorCheck.Judgement judgement : DoorCheck.judge(configuration, token, clock)) {
                terminal.print("%-10s %s".formatted(judgement.door(), judgement.words()));
                taken |= judgement.isGood();
            }
            return taken;
        } catch (UnusableKeyException e) {
            throw effective.unusable(e.name(), ": " + e.getMessage());
        }
    }

    private boolean isSigned(String token, TokenTimes times, Terminal terminal) throws IOException {
        KeyText checking = KeyText.of(key);
        if (checking == null) {
            terminal.print("signature  not checked: name a key with --key, or a hub's configuration with --config");
            return true;
        }
        boolean signed = isSigned(token, times, checking);
        terminal.print("signature  " + (signed ? "good: made with " : "NOT made with ") + checking);
        return signed;
    }

    private String text() throws IOException {
        String text = token != null ? token : System.getenv("PHAROS_TOKEN");
        if (text == null || text.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "there is no token: give one, or '-', or set $PHAROS_TOKEN");
        }
        String read = text.equals("-") ? new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII) : text;
        String stripped = read.strip();
        return stripped.regionMatches(true, 0, "Bearer ", 0, 7)
                ? stripped.substring(7).strip()
                : stripped;
    }

    /** Whether the signature is good, at whatever time the token is good at. */
    private static boolean isSigned(String token, TokenTimes times, KeyText key) {
        JwtAuthorizer authorizer = new JwtAuthorizer(
                TokenProfile.draft07(),
                TrustedKeys.of(key.checking()),
                Permit.anonymous(false, false),
                InstantSource.fixed(times.within()),
                Runnable::run);
        try {
            authorizer
                    .authorize(new Credentials(Credentials.Source.HEADER, token))
                    .toCompletableFuture()
                    .join();
            return true;
        } catch (CompletionException refused) {
            return false;
        }
    }

    /** Claims may hold anything, also what would control a terminal. */
    private static String printable(String json) {
        return json.replaceAll("\\p{Cntrl}", " ");
    }
}
