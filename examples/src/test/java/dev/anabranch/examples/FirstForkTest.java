package dev.anabranch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.examples.model.Models;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.DurableStreams;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirstForkTest {

    @TempDir
    private Path folder;

    @Test
    void everyBranchAnswersFromItsOwnHistory() {
        try (DurableStreams streams = EmbeddedDurableStreams.open(folder);
                AgentSessions sessions = AgentSessions.of(streams)) {
            assertConversation(FirstFork.converse(stage(System.out), streams, sessions));
        }
    }

    @Test
    void runsAgainInTheSameFolderAndPrintsTheTreeLast() throws Exception {
        for (String trip : List.of("trip", "trip-2")) {
            String printed = run();

            assertThat(printed).contains("the built-in offline model").doesNotContain("DIFFERS");
            assertThat(printed.lines().toList().subList((int) printed.lines().count() - 3, (int)
                            printed.lines().count()))
                    .satisfiesExactly(
                            root -> assertThat(root).startsWith(trip + " · 11 messages"),
                            train -> assertThat(train).startsWith("├── by train fork@6 · 15 messages"),
                            bike -> assertThat(bike).startsWith("└── by bike fork@6 · 16 messages"));
        }
    }

    /** What each of the three must have heard and said, wherever its stream lies. */
    static void assertConversation(List<AgentSession> conversation) {
        List<String> answers = List.of(
                "Your name is Ada. You have booked the boat to Passau (240 euros).",
                "Your name is Ada. You have booked the train to Passau (80 euros).",
                "Your name is Ada. You have booked a bike (130 euros) and a tent (45 euros).");
        List<String> shared = texts(conversation.get(0)).subList(0, 7);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(texts(conversation.get(i)))
                    .startsWith(shared.toArray(String[]::new))
                    .endsWith(answers.get(i));
        }
        assertThat(texts(conversation.get(0))).anyMatch(text -> text.contains("360 of your 600 euros are left"));
        assertThat(texts(conversation.get(1))).anyMatch(text -> text.contains("520 of your 600 euros are left"));
        assertThat(texts(conversation.get(2))).anyMatch(text -> text.contains("425 of your 600 euros are left"));
    }

    private static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
    }

    private String run() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            new FirstFork().run(stage(out));
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private Stage stage(PrintStream out) {
        return new Stage(folder, Models.offline(Duration.ZERO), out, Map.of());
    }
}
