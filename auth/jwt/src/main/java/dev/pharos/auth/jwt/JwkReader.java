package dev.pharos.auth.jwt;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads JWK and JWK Set documents (RFC 7517). A key that is of no use does not spoil the others. */
final class JwkReader {

    private static final int MOST_KEYS = 100;

    private JwkReader() {}

    /** All keys of a configured document, also secrets; at least one. */
    static List<VerifyingKey> all(String json) {
        return read(json, true);
    }

    /** The public keys of a published document; at least one. A secret that anybody can read is none. */
    static List<VerifyingKey> published(String json) {
        return read(json, false);
    }

    private static List<VerifyingKey> read(String json, boolean withSecrets) {
        List<VerifyingKey> keys = new ArrayList<>();
        String reason = "it is empty";
        for (Map<String, Object> object : objects(json)) {
            try {
                JWK key = JWK.parse(object);
                if (withSecrets || !key.getKeyType().equals(KeyType.OCT)) {
                    keys.add(VerifyingKey.of(key));
                } else {
                    reason = "it has secrets only";
                }
            } catch (ParseException | IllegalArgumentException | KeyException unusable) {
                reason = String.valueOf(unusable.getMessage());
            }
        }
        if (keys.isEmpty()) {
            throw new KeyException("the key set has no key that can check signatures: " + reason);
        }
        return keys;
    }

    private static List<Map<String, Object>> objects(String json) {
        try {
            Map<String, Object> document = JSONObjectUtils.parse(json);
            if (!document.containsKey("keys")) {
                return List.of(document);
            }
            Map<String, Object>[] keys = JSONObjectUtils.getJSONObjectArray(document, "keys");
            if (keys == null || keys.length > MOST_KEYS) {
                throw new KeyException("a key set has at most " + MOST_KEYS + " keys");
            }
            return List.of(keys);
        } catch (ParseException malformed) {
            throw new KeyException("the key set is not JSON as RFC 7517 wants it");
        }
    }
}
