package dev.pharos.cli;

import dev.pharos.auth.jwt.KeyException;
import dev.pharos.auth.jwt.SigningKey;
import dev.pharos.auth.jwt.TokenMint;
import dev.pharos.config.Quantities;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes tokens, and looks into them. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Make a token that says what its holder may publish and read.", ""},
        description = {
            "",
            "Prints a JSON Web Token, signed with a key that the hub knows. Selectors are exact topics, '*' for all, and"
                    + " URI templates. 'pharos token inspect' shows what is in a token.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos token --key pharos.key --publish '*'               for a publisher",
            "  pharos token --key pharos.key --subscribe orders/42       for one who reads private events",
            "  TOKEN=$(pharos token --key pharos.key --publish '*' --subscribe '*' --expires 10m)",
            "  pharos token inspect --key pharos.key $TOKEN",
        })
final class TokenCommand implements Callable<Integer> {

    private static final String NEVER = "never";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The key to sign with: a shared secret, a private key in PEM, or a private JWK."
                    + " Default: the key itself in $$PHAROS_TOKEN_KEY")
    private @Nullable Path key;

    @Option(names = "--publish", paramLabel = "SELECTOR", description = "May publish to these topics. Repeatable.")
    private List<String> publish = List.of();

    @Option(
            names = "--subscribe",
            paramLabel = "SELECTOR",
            description = "May read private events of these topics. Repeatable. (Public ones need no grant.)")
    private List<String> subscribe = List.of();

    @Option(
            names = "--payload",
            paramLabel = "JSON",
            description = "What others are told about the holder while it reads.")
    private @Nullable String payload;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "For how long it is good, such as 10m, 1h or 30d; 'never' if you must. Default: 1h")
    @SuppressWarnings("NullAway.Init")
    private String expires;

    @Option(
            names = "--draft",
            paramLabel = "7|8",
            defaultValue = "7",
            description = "For which draft of Mercure. Plain events take tokens of draft 7. Default: 7")
    @SuppressWarnings("NullAway.Init")
    private String draft;

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            description = "Whose it is. With it a live stream can be renewed.")
    private @Nullable String subject;

    @Option(names = "--issuer", paramLabel = "NAME", description = "Who makes it; draft 8 needs it.")
    private @Nullable String issuer;

    @Option(names = "--audience", paramLabel = "NAME", description = "Which hub it is for; draft 8 needs it.")
    private @Nullable String audience;

    @Option(
            names = "--match-type",
            paramLabel = "TYPE",
            defaultValue = "exact",
            description = "With draft 8, what the selectors are: exact or urlpattern. Default: exact")
    @SuppressWarnings("NullAway.Init")
    private String matchType;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            description = "How to sign. Default: what fits the key, HS256 for a secret")
    private @Nullable String algorithm;

    @Option(names = "--key-id", paramLabel = "NAME", description = "The name of the key in a key set.")
    private @Nullable String keyId;

    private final InstantSource clock;

    private TokenCommand(InstantSource clock) {
        this.clock = clock;
    }

    static CommandLine commandLine(InputStream in, InstantSource clock) {
        return new CommandLine(new TokenCommand(clock)).addSubcommand(new TokenInspectCommand(in, clock));
    }

    @Override
    public Integer call() {
        Terminal terminal = Terminal.of(spec.commandLine());
        TokenMint mint = mint();
        try {
            KeyText text = KeyText.of(key);
            if (text == null) {
                throw wrong("there is no key: name a file with --key, or set $" + KeyText.VARIABLE
                        + ". 'openssl rand -base64 48 > pharos.key' makes a secret");
            }
            terminal.print(mint.sign(signing(text)));
            return 0;
        } catch (IOException | KeyException e) {
            terminal.accept(String.valueOf(e.getMessage()));
            return 1;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private SigningKey signing(KeyText text) {
        SigningKey signing = text.signing();
        signing = keyId == null ? signing : signing.withId(keyId);
        return algorithm == null ? signing : signing.withAlgorithm(algorithm);
    }

    private TokenMint mint() {
        boolean is08 = switch (draft) {
            case "7", "07" -> false;
            case "8", "08" -> true;
            default -> throw wrong("--draft is '" + draft + "', but must be 7 or 8");
        };
        if (!is08 && spec.commandLine().getParseResult().hasMatchedOption("--match-type")) {
            throw wrong("--match-type is for --draft 8; in draft 7 a selector is what it looks like");
        }
        if (publish.isEmpty() && subscribe.isEmpty()) {
            throw wrong("a token grants something: add --publish SELECTOR, --subscribe SELECTOR, or both");
        }
        if (is08 && (issuer == null || audience == null)) {
            throw wrong("--draft 8 needs --issuer and --audience: the hub takes no token without them");
        }
        TokenMint mint = is08 ? TokenMint.draft08() : TokenMint.draft07();
        String type = is08 && !matchType.equals("exact") ? matchType : "";
        publish.forEach(selector -> mint.publish(typeOf(selector, type), selector));
        subscribe.forEach(selector -> mint.subscribe(typeOf(selector, type), selector));
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        mint.issuedAt(now).id("urn:uuid:" + UUID.randomUUID());
        addTo(mint, is08);
        Duration time = expiry(is08);
        return time == null ? mint : mint.expiresAt(now.plus(time));
    }

    private static String typeOf(String selector, String type) {
        return selector.equals("*") ? "" : type;
    }

    private void addTo(TokenMint mint, boolean is08) {
        if (issuer != null) {
            mint.issuer(issuer);
        }
        if (audience != null) {
            mint.audience(audience);
        }
        if (subject != null) {
            mint.subject(subject);
        } else if (is08) {
            mint.subject("pharos-token");
        }
        if (is08) {
            mint.clientId("pharos-token");
        }
        if (payload != null) {
            try {
                mint.payload(payload);
            } catch (IllegalArgumentException e) {
                throw wrong("--payload: " + e.getMessage());
            }
        }
    }

    private @Nullable Duration expiry(boolean is08) {
        if (expires.equals(NEVER)) {
            if (is08) {
                throw wrong("--expires is 'never', but tokens of draft 8 have an end; write one such as 1h");
            }
            return null;
        }
        Duration time = Quantities.time(expires);
        if (time == null || time.toSeconds() < 1) {
            throw wrong("--expires is '" + expires + "', but must be a time from 1s, such as 10m, 1h or 30d, or never");
        }
        return time;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
