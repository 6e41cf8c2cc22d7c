package dev.anabranch.server.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.logging.Level;
import java.util.stream.Collectors;

/** From which severity on something is logged. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    Level level() {
        return switch (this) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
        };
    }

    /** The level of this name, as in {@code warn}. */
    public static LogLevel parse(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("none of "
                        + Arrays.stream(values())
                                .map(level -> level.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    /** The name of a level of {@code java.util.logging}, in the words of this server's users. */
    static String name(Level level) {
        return Arrays.stream(values())
                .filter(ours -> level.intValue() >= ours.level().intValue())
                .findFirst()
                .orElse(DEBUG)
                .name();
    }
}
