package dev.pharos.server;

/** A key of the configuration cannot be used; whoever configured it must act. Nothing of the key is in the message. */
public final class UnusableKeyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String name;

    UnusableKeyException(String name, String message) {
        super(message, null, false, false);
        this.name = name;
    }

    /** The key of the setting that says where it is. */
    public String name() {
        return name;
    }

    /** Both, as a sentence. */
    public String sentence() {
        return name + ": " + getMessage();
    }
}
