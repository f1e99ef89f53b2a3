package dev.pharos.config;

/** A text that is never shown. */
public final class Secret {

    static final String MASK = "********";

    private final String text;

    /** Hides {@code text}. */
    public Secret(String text) {
        this.text = text;
    }

    /** The text, for whoever must use it. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
