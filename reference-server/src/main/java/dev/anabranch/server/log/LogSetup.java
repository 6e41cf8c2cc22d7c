package dev.anabranch.server.log;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Sets up {@code java.util.logging}, which the executable jar logs with, for the whole process. */
public final class LogSetup {

    /**
     * What these say is said better elsewhere: what keeps the server from starting in one sentence by {@code Main}, and
     * what is wrong with a request to its sender, who shall not fill the log with garbage.
     */
    private static final Map<String, Level> QUIETER = Map.of(
            "io.javalin.Javalin", Level.OFF,
            "org.eclipse.jetty.http.HttpParser", Level.SEVERE,
            "org.eclipse.jetty.util.HostPort", Level.SEVERE);

    /** Settings last as long as somebody holds their loggers. */
    private static final List<Logger> KEPT =
            QUIETER.keySet().stream().map(Logger::getLogger).toList();

    private LogSetup() {}

    /** Logs as the options say from now on, exceptions that nobody catches as well. */
    public static void apply(LogOptions options, PrintStream out) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(options.level().level());
        root.addHandler(new Lines(out, options.json() ? new JsonLines() : new TextLines()));
        KEPT.forEach(logger -> logger.setLevel(QUIETER.get(logger.getName())));
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                LoggerFactory.getLogger(LogSetup.class).error("the thread {} ended", thread.getName(), failure));
    }

    /** One call of the stream for each event, so that its line is whole among the lines of others. */
    private static final class Lines extends Handler {

        private final PrintStream out;

        Lines(PrintStream out, Formatter formatter) {
            this.out = out;
            setFormatter(formatter);
        }

        @Override
        public void publish(LogRecord event) {
            if (isLoggable(event)) {
                out.println(getFormatter().format(event));
            }
        }

        @Override
        public void flush() {
            out.flush();
        }

        @Override
        public void close() {
            // the stream is the process's
        }
    }
}
