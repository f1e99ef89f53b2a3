package dev.pharos.cli;

import dev.pharos.client.HubClient;
import dev.pharos.client.HubUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which hub a client command speaks to. */
final class HubOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:PHAROS_URL:-http://127.0.0.1:7070}",
            description = {
                "The hub; '/events' is added when there is no path.",
                "Default: $$PHAROS_URL, else http://127.0.0.1:7070"
            })
    @SuppressWarnings("NullAway.Init")
    private String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:PHAROS_TOKEN}",
            description = "Sent as 'Authorization: Bearer TOKEN'. Default: $$PHAROS_TOKEN, which, unlike an option, no"
                    + " list of processes shows.")
    private @Nullable String token;

    HubClient client() {
        if (token != null && !token.matches("[\\x21-\\x7e]+")) {
            throw new ParameterException(
                    spec.commandLine(), "--token may hold visible ASCII characters only, without spaces");
        }
        try {
            return new HubClient(HubUrl.of(url), token);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--url: " + e.getMessage(), e);
        }
    }
}
