package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.NodeServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The same conversation, forks included, on the public server for Node. */
@EnabledIfSystemProperty(named = NodeServer.FOLDER, matches = ".+", disabledReason = NodeServer.REASON)
final class FirstForkOnNodeServerTest {

    @Test
    void everyBranchAnswersFromItsOwnHistory() {
        Stage stage = new Stage(Path.of("unused"), Models.offline(Duration.ZERO), System.out, Map.of());
        try (NodeServer server = NodeServer.start();
                DurableStreams streams = HttpDurableStreams.connect(server.base());
                AgentSessions sessions = AgentSessions.of(streams)) {
            FirstForkTest.assertConversation(FirstFork.converse(stage, streams, sessions));
        }
    }
}
