package dev.pharos.http;

/** There are more parameters than are read, which some protocols answer otherwise than one that is wrong. */
public final class TooManyParametersException extends BadParameterException {

    private static final long serialVersionUID = 1L;

    TooManyParametersException(String firstTooMany, int limit) {
        super(
                firstTooMany,
                "there are more than " + limit + " parameters, the first too many is '" + firstTooMany + "'");
    }
}
