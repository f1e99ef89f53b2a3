package dev.pharos.log;

/** Hashes of names and topics for the indexes of one log: seeded, so that nobody outside can choose names that collide. */
record Hashes(long seed) {

    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    long topic(String topic) {
        return hash(topic, 1);
    }

    long id(String id) {
        return hash(id, 2);
    }

    long idempotencyKey(String key) {
        return hash(key, 3);
    }

    private long hash(String text, int kind) {
        long hash = (seed ^ kind) * MULTIPLIER;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        hash = (hash ^ text.length()) * MULTIPLIER;
        return hash ^ hash >>> 29;
    }
}
