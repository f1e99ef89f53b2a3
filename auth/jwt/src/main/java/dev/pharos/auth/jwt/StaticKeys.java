package dev.pharos.auth.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keys that stay what they are. */
final class StaticKeys extends KeySource {

    /** How many keys are tried for a token at most. */
    private static final int MOST_TRIED = 16;

    private final List<VerifyingKey> keys;

    StaticKeys(List<VerifyingKey> keys) {
        this.keys = List.copyOf(keys);
    }

    @Override
    public KeySource only(String algorithm) {
        JWSAlgorithm one = JWSAlgorithm.parse(algorithm);
        return new StaticKeys(keys.stream().map(key -> key.only(one)).toList());
    }

    /** Whether a key has this name. */
    boolean has(@Nullable String id) {
        return keys.stream().anyMatch(key -> id == null || id.equals(key.id()));
    }

    /** What a token says of its key is a hint: it chooses among several, and without a key of that name it says nothing. */
    @Override
    List<VerifyingKey> known(JWSHeader header) {
        String id = header.getKeyID();
        boolean named = id != null && has(id);
        return keys.stream()
                .filter(key -> key.algorithms().contains(header.getAlgorithm()))
                .filter(key -> !named || id.equals(key.id()))
                .limit(MOST_TRIED)
                .toList();
    }

    @Override
    CompletionStage<List<VerifyingKey>> find(JWSHeader header) {
        return CompletableFuture.completedStage(known(header));
    }

    @Override
    public String toString() {
        return keys.toString();
    }
}
