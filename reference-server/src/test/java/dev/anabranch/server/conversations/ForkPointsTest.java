package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.NewSession;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a tree goes on in several ways, and which. */
class ForkPointsTest {

    private final EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
    private final AgentSessions sessions = AgentSessions.of(streams);
    private AgentSession trunk;

    @BeforeEach
    void talk() {
        trunk = sessions.create(NewSession.DEFAULTS.withId("trunk"));
        for (String text : List.of("zero", "one", "two")) {
            say(trunk, text);
        }
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void aTreeWithoutBranchesHasNone() {
        assertThat(points(trunk)).isEmpty();
    }

    @Test
    void branchesOfOnePlaceAreOptionsOfOnePointWithWhatEachGoesOnWith() {
        AgentSession left = fork(trunk, 1, "left");
        AgentSession right = fork(trunk, 1, "right");
        say(left, "left instead");

        JsonNode point = only(points(trunk, left, right));

        assertThat(point.path("entryId").asText()).isEqualTo(id(trunk, 1));
        assertThat(point.path("afterEntryId").asText()).isEqualTo(id(trunk, 0));
        assertThat(point.path("options").findValuesAsText("conversationId"))
                .containsExactly("trunk", left.id(), right.id());
        assertThat(point.path("options").findValuesAsText("preview")).containsExactly("one", "left instead", "");
        assertThat(point.at("/options/2/entryId").isNull()).isTrue();
    }

    @Test
    void aBranchBeforeTheFirstMessageLeavesAfterNothing() {
        AgentSession anew = fork(trunk, 0, "anew");

        JsonNode point = only(points(trunk, anew));

        assertThat(point.path("afterEntryId").isNull()).isTrue();
        assertThat(point.path("entryId").asText()).isEqualTo(id(trunk, 0));
    }

    @Test
    void aBranchOfABranchWithinWhatThatInheritedLeavesTheFirstOfThem() {
        AgentSession branch = fork(trunk, 2, "branch");
        AgentSession twig = fork(branch, 1, "twig");

        ArrayNode points = points(trunk, branch, twig);

        assertThat(points).hasSize(2);
        assertThat(points.get(1).path("entryId").asText()).isEqualTo(id(trunk, 1));
        assertThat(points.get(1).path("options").findValuesAsText("conversationId"))
                .containsExactly(twig.id());
    }

    @Test
    void aParentThatIsNotInTheTreeIsNoOption() {
        AgentSession branch = fork(trunk, 1, "branch");

        assertThat(only(points(branch)).path("options").findValuesAsText("conversationId"))
                .containsExactly(branch.id());
    }

    @Test
    void aPreviewIsCutBetweenCharactersNotInsideThem() {
        AgentSession branch = fork(trunk, 3, "branch");
        say(branch, "\uD83D\uDEF6".repeat(1_000));

        String preview = only(points(trunk, branch)).at("/options/1/preview").asText();

        assertThat(preview.codePoints()).isNotEmpty().hasSizeLessThan(1_000).allMatch(point -> point == 0x1F6F6);
    }

    private static void say(AgentSession session, String text) {
        session.append(UserMessage.from(text));
    }

    private static AgentSession fork(AgentSession session, int index, String label) {
        return session.fork(ForkPoint.atIndex(index), label);
    }

    private static String id(AgentSession session, int index) {
        return session.history().get(index).id();
    }

    private ArrayNode points(AgentSession... tree) {
        List<SessionInfo> infos = Stream.of(tree).map(AgentSession::info).toList();
        return new ForkPoints(sessions).of(infos);
    }

    private static JsonNode only(ArrayNode points) {
        assertThat(points).hasSize(1);
        return points.get(0);
    }
}
