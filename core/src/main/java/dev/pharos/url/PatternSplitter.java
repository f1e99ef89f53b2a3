package dev.pharos.url;

import dev.pharos.url.PatternStrings.Component;
import dev.pharos.url.PatternToken.Kind;
import java.util.List;

/**
 * Splits the text of a URL pattern into the patterns of its components (URL Pattern Standard, section 2.2, constructor
 * string parsing). Used once, by one thread.
 */
final class PatternSplitter {

    private enum State {
        INIT,
        PROTOCOL,
        AUTHORITY,
        USERNAME,
        PASSWORD,
        HOSTNAME,
        PORT,
        PATHNAME,
        SEARCH,
        HASH,
        DONE,
    }

    private final String text;
    private final List<PatternToken> tokens;
    private final PatternStrings result = new PatternStrings();
    private State state = State.INIT;
    private int start;
    private int at;
    private int step;
    private int groups;
    private int brackets;
    private boolean special;

    private PatternSplitter(String text) {
        this.text = text;
        tokens = PatternTokenizer.tokenize(text, true);
    }

    static PatternStrings split(String text) {
        return new PatternSplitter(text).run();
    }

    private PatternStrings run() {
        while (at < tokens.size() && state != State.DONE) {
            step = 1;
            Kind kind = tokens.get(at).kind();
            if (kind == Kind.END) {
                end();
            } else if (kind == Kind.OPEN) {
                groups++;
            } else if (groups > 0 && kind != Kind.CLOSE) {
                at++;
                continue;
            } else {
                groups = groups > 0 ? groups - 1 : 0;
                look();
            }
            at += step;
        }
        if (result.has(Component.HOSTNAME) && !result.has(Component.PORT)) {
            result.set(Component.PORT, "");
        }
        return result;
    }

    private void end() {
        switch (state) {
            case INIT -> {
                rewind(State.INIT);
                if (is('#')) {
                    change(State.HASH, 1);
                } else if (isSearchPrefix()) {
                    change(State.SEARCH, 1);
                } else {
                    change(State.PATHNAME, 0);
                }
            }
            case AUTHORITY -> rewind(State.HOSTNAME);
            default -> change(State.DONE, 0);
        }
    }

    private void look() {
        switch (state) {
            case INIT -> {
                if (is(':')) {
                    rewind(State.PROTOCOL);
                }
            }
            case PROTOCOL -> {
                if (is(':')) {
                    special = PatternComponent.protocol(component()).matchesSpecialScheme();
                    boolean slashes = isAt(at + 1, '/') && isAt(at + 2, '/');
                    change(slashes || special ? State.AUTHORITY : State.PATHNAME, slashes ? 3 : 1);
                }
            }
            case AUTHORITY -> {
                if (is('@')) {
                    rewind(State.USERNAME);
                } else if (is('/') || isSearchPrefix() || is('#')) {
                    rewind(State.HOSTNAME);
                }
            }
            case USERNAME -> {
                if (is(':')) {
                    change(State.PASSWORD, 1);
                } else if (is('@')) {
                    change(State.HOSTNAME, 1);
                }
            }
            case PASSWORD -> {
                if (is('@')) {
                    change(State.HOSTNAME, 1);
                }
            }
            case HOSTNAME -> {
                if (is('[')) {
                    brackets++;
                } else if (is(']')) {
                    brackets--;
                } else if (is(':') && brackets == 0) {
                    change(State.PORT, 1);
                } else {
                    lookBehindHost(true);
                }
            }
            case PORT -> lookBehindHost(true);
            case PATHNAME -> lookBehindHost(false);
            case SEARCH -> {
                if (is('#')) {
                    change(State.HASH, 1);
                }
            }
            case HASH, DONE -> {}
        }
    }

    private void lookBehindHost(boolean beforePath) {
        if (beforePath && is('/')) {
            change(State.PATHNAME, 0);
        } else if (isSearchPrefix()) {
            change(State.SEARCH, 1);
        } else if (is('#')) {
            change(State.HASH, 1);
        }
    }

    private void change(State next, int skip) {
        if (state != State.INIT && state != State.AUTHORITY && state != State.DONE) {
            result.set(Component.valueOf(state.name()), component());
        }
        if (state != State.INIT && next != State.DONE) {
            if (state.compareTo(State.HOSTNAME) < 0 && next.compareTo(State.HOSTNAME) > 0) {
                setIfMissing(Component.HOSTNAME, "");
            }
            if (state.compareTo(State.PATHNAME) < 0 && next.compareTo(State.PATHNAME) > 0) {
                setIfMissing(Component.PATHNAME, special ? "/" : "");
            }
            if (state.compareTo(State.SEARCH) < 0 && next == State.HASH) {
                setIfMissing(Component.SEARCH, "");
            }
        }
        state = next;
        at += skip;
        start = at;
        step = 0;
    }

    private void setIfMissing(Component component, String pattern) {
        if (!result.has(component)) {
            result.set(component, pattern);
        }
    }

    private void rewind(State next) {
        at = start;
        step = 0;
        state = next;
    }

    private String component() {
        return text.substring(token(start).index(), token(at).index());
    }

    private PatternToken token(int index) {
        return tokens.get(Math.min(index, tokens.size() - 1));
    }

    private boolean is(char c) {
        return isAt(at, c);
    }

    private boolean isAt(int index, char c) {
        return token(index).isText(c);
    }

    /** Whether a question mark begins the query, rather than making what is before it optional. */
    private boolean isSearchPrefix() {
        if (is('?')) {
            return true;
        }
        if (!token(at).value().equals("?")) {
            return false;
        }
        return at == 0
                || switch (token(at - 1).kind()) {
                    case NAME, REGEXP, CLOSE, ASTERISK -> false;
                    default -> true;
                };
    }
}
