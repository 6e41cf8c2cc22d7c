package dev.anabranch.agentic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.Answer;
import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.branch.BranchLimits;
import dev.anabranch.branch.FanOut;
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
            BoundedBranching branching = BoundedBranching.of(sessions, BranchLimits.DEFAULTS);
            FanOutAgent reviews = FanOutAgent.of(
                    "reviews",
                    scope -> FanOut.builder(branching, session)
                            .agent((branch, task) -> {
                                if (task.startsWith("fail")) {
                                    throw new IllegalStateException("no");
                                }
                                return Answer.of(task + "!");
                            })
                            .branch("security", "secure " + scope.readState("change"))
                            .branch("speed", "speedy " + scope.readState("change"))
                            .branch("speed", "fail")
                            .judge(Judge.scoring(answer -> answer.answer().startsWith("speedy") ? 1 : 0)));
            UntypedAgent workflow = AgenticServices.sequenceBuilder()
                    .subAgents(
                            reviews,
                            AgenticServices.agentAction(scope -> scope.writeState(
                                    "report",
                                    scope.readState("reviewsBest") + " " + scope.readState("reviewsOutcomes"))))
                    .outputKey("report")
                    .build();

            Object report = workflow.invoke(Map.of("change", "patch"));

            assertThat(report).isEqualTo("speedy patch! {security=finished, speed=finished, speed (2)=failed}");
            assertThat(session.children()).hasSize(3);
        }
    }
}
