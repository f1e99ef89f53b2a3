package dev.pharos.config;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the records of who may do what, and looks whether the keys can be what they are said to be. */
final class AuthorizationAssembly {

    private static final List<Setting<?>> MATERIALS = List.of(
            Settings.KEY_SECRET,
            Settings.KEY_SECRET_FILE,
            Settings.KEY_PEM_FILE,
            Settings.KEY_JWKS_FILE,
            Settings.KEY_JWKS_URL);
    private static final List<Setting<?>> OF_TOKENS = List.of(
            Settings.AUDIENCE,
            Settings.COOKIE,
            Settings.QUERY_TOKEN,
            Settings.ANONYMOUS_READ,
            Settings.ANONYMOUS_PUBLISH,
            Settings.PUBLISH_ORIGINS);

    private final Values values;

    AuthorizationAssembly(Values values) {
        this.values = values;
    }

    Authorization authorization() {
        List<KeyEntry> keys = keys();
        Authorization authorization = new Authorization(
                keys,
                values.list(Settings.AUDIENCE, Settings.AUDIENCE.key()),
                values.find(Settings.COOKIE),
                values.get(Settings.QUERY_TOKEN),
                values.get(Settings.ANONYMOUS_READ),
                values.get(Settings.ANONYMOUS_PUBLISH),
                values.list(Settings.PUBLISH_ORIGINS, Settings.PUBLISH_ORIGINS.key()));
        if (keys.isEmpty() && values.problems().isEmpty()) {
            for (Setting<?> setting : OF_TOKENS) {
                if (values.has(setting)) {
                    values.problem(
                            setting.key(),
                            " is of no use without keys: this hub asks nobody for a token. Add authorization.keys, or"
                                    + " leave it out");
                }
            }
        }
        return authorization;
    }

    private List<KeyEntry> keys() {
        List<KeyEntry> keys = new ArrayList<>();
        for (int index : Objects.requireNonNullElse(values.indices(Settings.KEYS), List.<Integer>of())) {
            KeyEntry.Material material = material(index);
            List<String> algorithms = values.list(Settings.KEY_ALGORITHMS, Settings.KEY_ALGORITHMS.key(index));
            KeyEntry.Use use = values.get(Settings.KEY_USE, Settings.KEY_USE.key(index));
            String issuer = values.find(Settings.KEY_ISSUER, Settings.KEY_ISSUER.key(index));
            if (material != null) {
                check(material, algorithms, index);
                keys.add(new KeyEntry(keyOf(material, index), use, material, algorithms, issuer));
            }
        }
        return keys;
    }

    private KeyEntry.@Nullable Material material(int index) {
        List<Setting<?>> given = MATERIALS.stream()
                .filter(setting -> values.given(setting.key(index)) != null)
                .toList();
        String item = Settings.KEYS + "." + index;
        if (given.isEmpty()) {
            values.problem(item, " has no key: name one of secret-file, pem-file, jwks-file, jwks-url or secret");
            return null;
        }
        if (given.size() > 1) {
            values.problem(
                    given.get(1).key(index),
                    " is beside " + given.getFirst().key(index) + ", but a key has one source; begin another entry");
            return null;
        }
        String key = given.getFirst().key(index);
        if (given.contains(Settings.KEY_SECRET)) {
            String secret = values.find(Settings.KEY_SECRET, key);
            return secret == null ? null : new KeyEntry.Material.Text(new Secret(secret));
        }
        if (given.contains(Settings.KEY_JWKS_URL)) {
            URI url = values.find(Settings.KEY_JWKS_URL, key);
            return url == null ? null : new KeyEntry.Material.JwksUrl(url);
        }
        Path path = values.path(key);
        if (path == null) {
            return null;
        }
        if (given.contains(Settings.KEY_SECRET_FILE)) {
            return new KeyEntry.Material.SecretFile(path);
        }
        return given.contains(Settings.KEY_PEM_FILE)
                ? new KeyEntry.Material.PemFile(path)
                : new KeyEntry.Material.JwksFile(path);
    }

    private void check(KeyEntry.Material material, List<String> algorithms, int index) {
        if (material instanceof KeyEntry.Material.JwksUrl && !algorithms.isEmpty()) {
            values.problem(
                    Settings.KEY_ALGORITHMS.key(index),
                    " is of no use beside jwks-url: the keys that are published say themselves what they are for");
            return;
        }
        boolean shared = material instanceof KeyEntry.Material.Text || material instanceof KeyEntry.Material.SecretFile;
        String key = keyOf(material, index);
        for (String algorithm : algorithms) {
            if (shared != algorithm.startsWith("HS") && !(material instanceof KeyEntry.Material.JwksFile)) {
                values.problem(
                        Settings.KEY_ALGORITHMS.key(index),
                        " is '" + algorithm + "', which is no algorithm for "
                                + (shared ? "a secret: HS256, HS384 or HS512 are" : "a public key"));
            }
        }
        try {
            if (shared) {
                checkSecret(KeyFile.secret(material).reveal(), algorithms, key);
            } else if (material instanceof KeyEntry.Material.PemFile pem) {
                checkPem(KeyFile.text(pem.path()), key, pem.path());
            } else if (material instanceof KeyEntry.Material.JwksFile jwks) {
                KeyFile.text(jwks.path());
            }
        } catch (IOException e) {
            values.problem(key, ": " + e.getMessage());
        }
    }

    private void checkSecret(String secret, List<String> algorithms, String key) {
        if (secret.equals(Secret.MASK)) {
            values.problem(
                    key,
                    " was hidden when this was printed; put the secret back, or name a file with "
                            + key.replace("secret-file", "secret") + "-file");
            return;
        }
        if (secret.contains("-----BEGIN ")) {
            values.problem(
                    key, " is a key in PEM, not a secret; whoever knew it could make tokens. Name it with pem-file");
            return;
        }
        int bits = algorithms.isEmpty()
                ? 256
                : algorithms.stream()
                        .filter(algorithm -> algorithm.startsWith("HS"))
                        .mapToInt(algorithm -> Integer.parseInt(algorithm.substring(2)))
                        .max()
                        .orElse(256);
        int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
        if (bytes * 8 < bits) {
            values.problem(
                    key,
                    " has " + bytes + (bytes == 1 ? " byte" : " bytes") + ", but HS" + bits + " needs at least "
                            + bits / 8 + ": 'openssl rand -base64 48' makes a good one");
        }
    }

    private void checkPem(String pem, String key, Path path) {
        if (!pem.contains("-----BEGIN ")) {
            values.problem(
                    key, ": " + path + " has no PEM in it (a block that begins with -----BEGIN PUBLIC KEY-----)");
        } else if (pem.contains("PRIVATE KEY-----")) {
            values.problem(
                    key,
                    ": " + path + " is a private key, which is for whoever makes tokens. The hub needs the"
                            + " public one: openssl pkey -in " + path + " -pubout");
        }
    }

    private static String keyOf(KeyEntry.Material material, int index) {
        return switch (material) {
            case KeyEntry.Material.Text text -> Settings.KEY_SECRET.key(index);
            case KeyEntry.Material.SecretFile file -> Settings.KEY_SECRET_FILE.key(index);
            case KeyEntry.Material.PemFile file -> Settings.KEY_PEM_FILE.key(index);
            case KeyEntry.Material.JwksFile file -> Settings.KEY_JWKS_FILE.key(index);
            case KeyEntry.Material.JwksUrl url -> Settings.KEY_JWKS_URL.key(index);
        };
    }
}
