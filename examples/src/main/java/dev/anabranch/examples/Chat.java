package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts the server with an agent plugged in, to be talked to on the page. */
final class Chat implements Example {

    private static final int PORT = 4437;
    private static final int MILLIS_PER_WORD = 40;

    @Override
    public String summary() {
        return "a server with an agent to talk to on its page [--port PORT] [--millis-per-word N]";
    }

    @Override
    public void run(Stage stage) throws Exception {
        Models models = stage.models().offline()
                ? Models.offline(Duration.ofMillis(number(stage, "--millis-per-word", MILLIS_PER_WORD)))
                : stage.models();
        ServerOptions options =
                ServerOptions.DEFAULTS.withDataDir(stage.dataDir()).withPort(number(stage, "--port", PORT));
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
        List<String> words = stage.arguments();
        int at = words.indexOf(option);
        if (at < 0) {
            return byDefault;
        }
        if (at + 1 == words.size() || !words.get(at + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(option + " needs a number");
        }
        return Integer.parseInt(words.get(at + 1));
    }
}
