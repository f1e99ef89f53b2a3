package dev.pharos.conformance;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What checks say they expect; an {@link AssertionError} with a sentence if it is not so. */
final class Expect {

    private Expect() {}

    static void that(boolean so, String otherwise) {
        if (!so) {
            throw new AssertionError(otherwise);
        }
    }

    static void equal(@Nullable Object expected, @Nullable Object actual, String what) {
        that(Objects.equals(expected, actual), what + ": expected '" + expected + "', got '" + actual + "'");
    }

    static <T> HttpResponse<T> status(HttpResponse<T> answer, String what, int... statuses) {
        that(
                Arrays.stream(statuses).anyMatch(status -> status == answer.statusCode()),
                what + ": expected " + Arrays.toString(statuses) + ", got " + answer.statusCode());
        return answer;
    }
}
