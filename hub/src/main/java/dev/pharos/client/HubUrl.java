package dev.pharos.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Where a hub takes and gives events: one absolute http or https URL.
 *
 * @param endpoint its URL without query, as {@code http://127.0.0.1:7070/events}
 */
public record HubUrl(URI endpoint) {

    private static final String DEFAULT_PATH = "/events";

    /**
     * Reads what a user gives: a host is enough, {@code http} and the path {@code /events} are added when missing.
     *
     * @throws IllegalArgumentException naming the part that is wrong
     */
    public static HubUrl of(String text) {
        URI given;
        try {
            given = new URI(text.contains("://") ? text : "http://" + text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a URL: " + e.getReason(), e);
        }
        String scheme = given.getScheme();
        if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
            throw new IllegalArgumentException("the scheme of '" + text + "' must be http or https");
        }
        if (given.getHost() == null) {
            throw new IllegalArgumentException("'" + text + "' names no host");
        }
        if (given.getRawQuery() != null || given.getRawFragment() != null) {
            throw new IllegalArgumentException("'" + text + "' has a query or fragment; give the address only");
        }
        String path = given.getRawPath();
        return new HubUrl(path.isEmpty() || path.equals("/") ? given.resolve(DEFAULT_PATH) : given);
    }

    /** The endpoint with a query of these parameters in this order. */
    URI with(List<Map.Entry<String, String>> parameters) {
        return URI.create(endpoint + "?" + form(parameters));
    }

    /** The parameters as {@code application/x-www-form-urlencoded} in UTF-8. */
    static String form(List<Map.Entry<String, String>> parameters) {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, String> parameter : parameters) {
            if (!out.isEmpty()) {
                out.append('&');
            }
            out.append(URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
