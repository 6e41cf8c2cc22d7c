package dev.anabranch.server.conversations;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.security.Caller;
import io.javalin.http.Context;
import java.util.Optional;

/** The {@code Idempotency-Key} of a request. Keys of different users are different keys. */
final class IdempotencyKey {

    private static final int LENGTH_MAX = 128;

    private IdempotencyKey() {}

    static Optional<String> of(Context http) {
        Optional<String> key =
                Optional.ofNullable(http.header("Idempotency-Key")).filter(value -> !value.isBlank());
        if (key.filter(value -> value.length() > LENGTH_MAX).isPresent()) {
            throw new ProblemException(
                    Problem.invalid("the Idempotency-Key has more than " + LENGTH_MAX + " characters"));
        }
        return key;
    }

    static Optional<String> of(Context http, Caller caller) {
        return of(http).map(key -> "rest " + caller.user().value() + " " + key);
    }
}
