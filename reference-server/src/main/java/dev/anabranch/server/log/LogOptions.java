package dev.anabranch.server.log;

/**
 * What is logged, and how.
 *
 * @param level the least severe that is
 * @param json whether each event is a line of JSON, its exception included; else text
 */
public record LogOptions(LogLevel level, boolean json) {

    /** Warnings and errors, as text. */
    public static final LogOptions DEFAULTS = new LogOptions(LogLevel.WARN, false);

    public LogOptions withLevel(LogLevel level) {
        return new LogOptions(level, json);
    }

    public LogOptions withJson(boolean json) {
        return new LogOptions(level, json);
    }
}
