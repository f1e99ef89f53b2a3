package dev.pharos.http;

/** The client must correct a parameter of its request; the message is one sentence that names it and says how. */
public sealed class BadParameterException extends IllegalArgumentException permits TooManyParametersException {

    private static final long serialVersionUID = 1L;

    private final String parameter;

    /** Names the offending parameter. */
    public BadParameterException(String parameter, String message) {
        super(message);
        this.parameter = parameter;
    }

    /** The name of the parameter that is wrong, shortened if it is very long. */
    public String parameter() {
        return parameter;
    }
}
