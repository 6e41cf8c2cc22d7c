package dev.anabranch.server.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** Events for programs: an object each on one line, with the exception in it; the lines about requests look alike. */
final class JsonLines extends Formatter {

    @Override
    public String format(LogRecord event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", event.getInstant().toString());
        line.put("level", LogLevel.name(event.getLevel()));
        line.put("logger", event.getLoggerName());
        line.put("message", formatMessage(event));
        if (event.getThrown() != null) {
            line.put("exception", TextLines.trace(event.getThrown()));
        }
        return line.toString();
    }
}
