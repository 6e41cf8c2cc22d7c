package dev.anabranch.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** Events for people: a line each, and the exception below it. */
final class TextLines extends Formatter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord event) {
        String line = String.format(
                "%s %s %s - %s",
                TIME.format(event.getInstant()),
                LogLevel.name(event.getLevel()),
                event.getLoggerName(),
                formatMessage(event));
        return event.getThrown() == null ? line : line + System.lineSeparator() + trace(event.getThrown());
    }

    static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString().strip();
    }
}
