package dev.anabranch.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogSetupTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Logger logger = Logger.getLogger("dev.anabranch.some");

    @AfterEach
    void asItWas() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(null);
        LogManager.getLogManager().readConfiguration();
    }

    private void apply(LogOptions options) {
        LogSetup.apply(options, new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    private String lines() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private static Throwable failure() {
        return new IllegalStateException("first line\nsecond line", new ArithmeticException("cause"));
    }

    @Test
    void anEventIsOneLineOfJsonWithItsException() throws Exception {
        apply(LogOptions.DEFAULTS.withJson(true));

        logger.log(Level.WARNING, "\"quoted\"\nand more", failure());

        assertThat(lines()).hasLineCount(1);
        JsonNode line = new ObjectMapper().readTree(lines());
        assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("logger").asText()).isEqualTo("dev.anabranch.some");
        assertThat(line.path("message").asText()).isEqualTo("\"quoted\"\nand more");
        assertThat(line.path("exception").asText())
                .contains("second line", "Caused by: java.lang.ArithmeticException", "LogSetupTest.failure");
    }

    @Test
    void withoutJsonAnEventIsForPeople() {
        apply(LogOptions.DEFAULTS);

        logger.log(Level.SEVERE, "it is full", failure());

        assertThat(lines())
                .matches("(?s)\\S+ ERROR dev.anabranch.some - it is full\\R.*")
                .contains("\tat ");
    }

    @Test
    void whatIsLessSevereThanTheLevelIsLeftOut() {
        apply(LogOptions.DEFAULTS);
        logger.info("quiet");
        assertThat(lines()).isEmpty();

        apply(LogOptions.DEFAULTS.withLevel(LogLevel.INFO));
        logger.info("heard");
        logger.fine("quiet");
        assertThat(lines()).contains("heard").doesNotContain("quiet");
    }

    @Test
    void whatRequestsGetWrongIsLeftToTheirSenders() {
        apply(LogOptions.DEFAULTS.withLevel(LogLevel.DEBUG));

        Logger.getLogger("org.eclipse.jetty.http.HttpParser").warning("garbage");

        assertThat(lines()).isEmpty();
    }

    @Test
    void anExceptionThatNobodyCatchesIsLogged() {
        apply(LogOptions.DEFAULTS.withJson(true));

        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNotNull();
    }

    @Test
    void levelsHaveNames() {
        assertThat(LogLevel.parse("Warn")).isEqualTo(LogLevel.WARN);
        assertThatThrownBy(() -> LogLevel.parse("loud")).hasMessage("none of error, warn, info, debug");
    }
}
