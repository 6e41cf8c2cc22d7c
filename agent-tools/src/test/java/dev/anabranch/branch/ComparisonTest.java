package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.compare.Comparison;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.Usage;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A comparison as text and as JSON; what it finds is tested with {@link BringForwardTest}. */
class ComparisonTest {

    private DurableStreams streams;
    private AgentSessions sessions;
    private AgentSession boat;
    private AgentSession train;

    @BeforeEach
    void open() {
        streams = EmbeddedDurableStreams.inMemory();
        sessions = AgentSessions.of(streams);
        AgentSession trip = sessions.session("trip");
        trip.append(UserMessage.from("How do we get to Passau?"), AiMessage.from("By boat or by train."));
        boat = branch(trip, "boat");
        train = branch(trip, "train");
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    private static AgentSession branch(AgentSession parent, String name) {
        return parent.fork(ForkOptions.at(ForkPoint.now()).withId("by-" + name).withLabel(name))
                .session();
    }

    @Test
    void textShowsWhatBothShareAndThenEachBesideTheOther() {
        boat.append(
                UserMessage.from("What does the boat\n\tcost?"),
                ScriptedModel.call("t1", "price", "{\"of\":\"boat\"}"),
                ToolExecutionResultMessage.from("t1", "price", "240"),
                AiMessage.from("240 euros, with supercalifragilistic views of the river"));
        boat.append(SessionAppend.entry(Usage.ofTotal(120).toEntry("run")));

        Comparison comparison = Comparison.of(boat, train);

        String offset = comparison.commonUpTo().orElseThrow().offset().token();
        assertThat(comparison.text(51)).isEqualTo("""
                both have the first 2 messages, up to offset OFFSET
                -------------------------+-------------------------
                boat (by-boat)           | train (by-train)
                -------------------------+-------------------------
                2 USER: What does the    | nothing after that
                boat cost?               |
                3 AI: [calls price       |
                {"of":"boat"}]           |
                4 TOOL price: 240        |
                5 AI: 240 euros, with    |
                supercalifragilistic     |
                views of the river       |
                -------------------------+-------------------------
                1 tool call: price       | no tool calls
                120 tokens               | tokens not recorded
                answer: 240 euros, with  | no answer
                supercalifragilistic     |
                views of the river       |
                """.replace("OFFSET", offset));
    }

    @Test
    void textOfAnyWidthKeepsItsColumnsWhateverTheMessagesHold() {
        boat.append(UserMessage.from("\u001b[2Jone\u0000two " + "🚢".repeat(40)), AiMessage.from("é".repeat(700)));

        for (int width : new int[] {0, 23, 80}) {
            String text = Comparison.of(boat, train).text(width);

            int column = Math.max(10, (width - 3) / 2);
            assertThat(text).as("width %d", width).doesNotContain("\u001b", "\u0000");
            assertThat(text.lines().skip(1))
                    .as("width %d", width)
                    .allMatch(line -> line.codePointCount(0, line.length()) <= 2 * column + 3);
            assertThat(text.replaceAll("[^🚢]", "")).isEqualTo("🚢".repeat(40));
        }
    }

    @Test
    void sessionsThatShareNothingSaySo() {
        AgentSession stranger = sessions.session("stranger");
        stranger.append(UserMessage.from("hello"));

        assertThat(Comparison.of(boat, stranger).text()).startsWith("they have no message in common\n");
    }

    @Test
    void jsonHoldsEveryMessageInFull() {
        boat.append(
                UserMessage.from("What does the boat cost?"),
                ScriptedModel.call("t1", "price", "{\"of\":\"boat\"}"),
                ToolExecutionResultMessage.from("t1", "price", "240"),
                AiMessage.from("x".repeat(5_000)));
        boat.append(SessionAppend.entry(Usage.ofTotal(120).toEntry("run")));

        ObjectNode json = Comparison.of(boat, train).json();

        assertThat(json.path("commonMessages").asInt()).isEqualTo(2);
        assertThat(json.at("/commonUpTo/offset").asText()).isNotEmpty();
        assertThat(json.at("/left/session").asText()).isEqualTo("by-boat");
        assertThat(json.at("/left/messages")).hasSize(4);
        assertThat(json.at("/left/messages/3/text").asText()).hasSize(5_000);
        assertThat(json.at("/left/messages/1/message/toolExecutionRequests/0/name")
                        .asText())
                .isEqualTo("price");
        assertThat(json.at("/left/toolCalls/0/arguments").asText()).isEqualTo("{\"of\":\"boat\"}");
        assertThat(json.at("/left/tokens").asLong()).isEqualTo(120);
        assertThat(json.at("/left/answer").asText()).hasSize(5_000);
        assertThat(json.at("/right/messages")).isEmpty();
        assertThat(json.at("/right").has("answer")).isFalse();
    }
}
