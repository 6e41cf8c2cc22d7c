package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Starts the server with an agent plugged in, to be talked to on the page. */
final class Chat implements Example {

    private static final String PORT = "--port";
    private static final int PORT_DEFAULT = 4437;
    private static final String MILLIS_PER_WORD = "--millis-per-word";
    private static final int MILLIS_PER_WORD_DEFAULT = 40;
    private static final int NUMBER_MAX = 65_535;

    @Override
    public String summary() {
        return "a server with an agent to talk to on its page [--port PORT] [--millis-per-word N]";
    }

    @Override
    public Set<String> options() {
        return Set.of(PORT, MILLIS_PER_WORD);
    }

    @Override
    public void run(Stage stage) throws Exception {
        Models models = stage.models().offline()
                ? Models.offline(Duration.ofMillis(number(stage, MILLIS_PER_WORD, MILLIS_PER_WORD_DEFAULT)))
                : stage.models();
        ServerOptions options =
                ServerOptions.DEFAULTS.withDataDir(stage.dataDir()).withPort(number(stage, PORT, PORT_DEFAULT));
        AnabranchServer server = AnabranchServer.start(options, streams -> new ChatAgent(models, streams));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            stopped.countDown();
        }));
        stage.say("Talking to %s.", models.description());
        stage.say("Open the page in a browser; stop with Ctrl-C. Say %s to see an answer fail.", ChatAgent.FAIL);
        stage.say("listening on %s", server.uri());
        stopped.await();
    }

    private static int number(Stage stage, String option, int byDefault) {
        String given = stage.option(option).orElseGet(() -> Integer.toString(byDefault));
        if (!given.matches("[0-9]{1,5}") || Integer.parseInt(given) > NUMBER_MAX) {
            throw new UsageException(option + " is not a number from 0 to " + NUMBER_MAX + ": " + given);
        }
        return Integer.parseInt(given);
    }
}
