package dev.pharos.url;

import java.util.ArrayList;
import java.util.List;

/** The segments of a path while a URL is parsed, without dot segments (URL Standard, path state). */
final class UrlPath {

    private final boolean special;
    private final boolean file;
    private final List<String> segments = new ArrayList<>();

    /** @param file whether it is the path of a {@code file} URL, where a drive letter is never removed */
    UrlPath(boolean special, boolean file) {
        this.special = special;
        this.file = file;
    }

    void clear() {
        segments.clear();
    }

    /** Takes over a serialized path. */
    void set(String path) {
        clear();
        int from = 1;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            segments.add(path.substring(from, end));
            from = end + 1;
        }
    }

    /** Takes over the drive letter a path begins with, if it does. */
    void keepDriveLetter(String path) {
        boolean alone = path.length() == 3 || (path.length() > 3 && path.charAt(3) == '/');
        if (alone && isDriveLetter(path.substring(1, 3), true)) {
            segments.add(path.substring(1, 3));
        }
    }

    /** The path begins behind an authority: a slash is optional for special URLs, and without one others have no path. */
    void start(String text, int from) {
        if (from < text.length()) {
            append(text, isSlash(text.charAt(from)) ? from + 1 : from);
        } else if (special) {
            append(text, from);
        }
    }

    /** Appends the segments of a text; the first begins at {@code from}. */
    void append(String text, int from) {
        int start = from;
        for (int i = from; i <= text.length(); i++) {
            boolean last = i == text.length();
            if (last || isSlash(text.charAt(i))) {
                segment(PercentEncoding.encode(text.substring(start, i), PercentEncoding.Set.PATH), last);
                start = i + 1;
            }
        }
    }

    private void segment(String segment, boolean last) {
        if (isDots(segment, 2)) {
            shorten();
            if (last) {
                segments.add("");
            }
        } else if (isDots(segment, 1)) {
            if (last) {
                segments.add("");
            }
        } else if (file && segments.isEmpty() && isDriveLetter(segment, false)) {
            segments.add(segment.charAt(0) + ":");
        } else {
            segments.add(segment);
        }
    }

    /** Removes the last segment, unless it is the drive letter of a file. */
    void shorten() {
        if (file && segments.size() == 1 && isDriveLetter(segments.getFirst(), true)) {
            return;
        }
        if (!segments.isEmpty()) {
            segments.removeLast();
        }
    }

    private boolean isSlash(char c) {
        return c == '/' || (special && c == '\\');
    }

    /** Whether the segment is so many dots, each of which may be percent-encoded. */
    private static boolean isDots(String segment, int dots) {
        int at = 0;
        for (int i = 0; i < dots; i++) {
            if (segment.startsWith(".", at)) {
                at++;
            } else if (segment.regionMatches(true, at, "%2e", 0, 3)) {
                at += 3;
            } else {
                return false;
            }
        }
        return at == segment.length();
    }

    private static boolean isDriveLetter(String text, boolean normalized) {
        return text.length() == 2
                && Ascii.isAlpha(text.charAt(0))
                && (text.charAt(1) == ':' || (!normalized && text.charAt(1) == '|'));
    }

    /** Whether a drive letter begins here, with a slash or the end behind it. */
    static boolean startsWithDriveLetter(String text, int at) {
        return text.length() >= at + 2
                && isDriveLetter(text.substring(at, at + 2), false)
                && (text.length() == at + 2 || text.charAt(at + 2) == '/' || text.charAt(at + 2) == '\\');
    }

    /** Serialized: each segment behind a slash. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String segment : segments) {
            text.append('/').append(segment);
        }
        return text.toString();
    }
}
