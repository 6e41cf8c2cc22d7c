package dev.anabranch.agentic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.Answer;
import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.branch.BranchLimits;
import dev.anabranch.branch.Judge;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.data.message.UserMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FanOutAgentTest {

    @Test
    void aFanOutIsAStepOfAWorkflowThatReadsAndWritesTheScope() {
        try (EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
                AgentSessions sessions = AgentSessions.of(streams)) {
            AgentSession session = sessions.session("review");
            session.append(UserMessage.from("Here is a change."));
            FanOutAgent reviews = FanOutAgent.builder(BoundedBranching.of(sessions, BranchLimits.DEFAULTS))
                    .session(scope -> session)
                    .agent((branch, task) -> {
                        if (task.startsWith("fail")) {
                            throw new IllegalStateException("no");
                        }
                        return Answer.of(task + "!");
                    })
                    .branch("security", scope -> "secure " + scope.readState("change"))
                    .branch("speed", scope -> "speedy " + scope.readState("change"))
                    .branch("style", scope -> "fail")
                    .judge(Judge.scoring(answer -> answer.answer().startsWith("speedy") ? 1 : 0))
                    .outputKey("reviews")
                    .build();
            UntypedAgent workflow = AgenticServices.sequenceBuilder()
                    .subAgents(
                            reviews,
                            AgenticServices.agentAction(scope -> scope.writeState(
                                    "report",
                                    scope.readState("reviewsBest") + " " + scope.readState("reviewsOutcomes"))))
                    .outputKey("report")
                    .build();

            Object report = workflow.invoke(Map.of("change", "patch"));

            assertThat(report).isEqualTo("speedy patch! {security=finished, speed=finished, style=failed}");
            assertThat(session.children()).hasSize(3);
        }
    }
}
