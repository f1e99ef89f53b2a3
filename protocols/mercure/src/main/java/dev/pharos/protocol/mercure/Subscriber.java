package dev.pharos.protocol.mercure;

import dev.pharos.auth.Permit;
import java.util.List;

/**
 * Whoever holds a stream, as others may know of it.
 *
 * @param id the hub's own name for it, a random UUID as an IRI
 * @param hubPath the path of the hub's URL, as this subscriber knows it
 * @param matchers its subscriptions
 * @param payloads what its token tells about it
 */
record Subscriber(String id, String hubPath, List<Matcher> matchers, Permit.Payloads payloads) {}
