package dev.anabranch.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The {@code Retry-After} of an answer: seconds, or a date. */
final class RetryAfter {

    private RetryAfter() {}

    /** How long the server asks to wait; empty if it does not ask, or not in words we know. */
    static Optional<Duration> of(HttpAnswer answer) {
        return answer.header("Retry-After").flatMap(value -> parse(value, Instant.now()));
    }

    static Optional<Duration> parse(String value, Instant now) {
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
        } catch (DateTimeParseException unknownWords) {
            return Optional.empty();
        }
    }
}
