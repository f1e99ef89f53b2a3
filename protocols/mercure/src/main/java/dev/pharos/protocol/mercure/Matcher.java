package dev.pharos.protocol.mercure;

/**
 * What a subscriber asked for, as it wrote it: one subscription.
 *
 * @param type the match type in draft 08, empty in draft 07
 */
record Matcher(String type, String text) {}
