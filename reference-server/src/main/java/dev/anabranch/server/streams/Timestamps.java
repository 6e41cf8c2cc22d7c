package dev.anabranch.server.streams;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads timestamps of RFC 3339 section 5.6: all of them, and nothing else that looks like one. */
final class Timestamps {

    // Seconds are there, and so is the zone.
    private static final Pattern TIMESTAMP =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\\.([0-9]{1,64}))?"
                    + "(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");
    private static final int NANO_DIGITS = 9;

    private Timestamps() {}

    /**
     * The time that {@code text} names, to the nanosecond; a leap second is the second that follows it. Empty if it is
     * no timestamp.
     *
     * @throws DateTimeException if there is no such time
     */
    static Optional<Instant> parse(String text) {
        Matcher parts = TIMESTAMP.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean isLeapSecond = parts.group(3).equals("60");
        String second = isLeapSecond ? "59" : parts.group(3);
        LocalDateTime local = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2) + ":" + second);
        Instant time = local.minusMinutes(minutesFromUtc(parts)).toInstant(ZoneOffset.UTC);
        if (!isLeapSecond) {
            return Optional.of(time.plusNanos(nanos(parts.group(4))));
        }
        if (!time.atOffset(ZoneOffset.UTC).toLocalTime().equals(LocalTime.of(23, 59, 59))) {
            throw new DateTimeException("a minute has 60 seconds, save the last of a day in UTC");
        }
        return Optional.of(time.plus(1, ChronoUnit.SECONDS));
    }

    /** RFC 3339 knows zones up to 23:59 from UTC, of which the JDK's own know 18 hours. */
    private static long minutesFromUtc(Matcher parts) {
        if (parts.group(5) == null) {
            return 0;
        }
        int hours = Integer.parseInt(parts.group(6));
        int minutes = Integer.parseInt(parts.group(7));
        if (hours > 23 || minutes > 59) {
            throw new DateTimeException("there is no such zone");
        }
        int magnitude = 60 * hours + minutes;
        return parts.group(5).equals("-") ? -magnitude : magnitude;
    }

    private static long nanos(@Nullable String fraction) {
        if (fraction == null) {
            return 0;
        }
        return Long.parseLong((fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS));
    }
}
