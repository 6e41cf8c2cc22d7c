package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.Refused;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.Usage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What keeps the work of fan-outs within bounds. */
@ParameterizedClass
@EnumSource(Backend.class)
class FanOutLimitsTest extends FanOutFixture {

    FanOutLimitsTest(Backend backend) {
        super(backend);
    }

    @Test
    void noMoreWorkAtTheSameTimeThanAllowed() {
        AtomicInteger working = new AtomicInteger();
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());

        FanOut.Builder fanOut = fanOut(LIMITS.withConcurrentRuns(2)).agent((branch, task) -> {
            seen.add(working.incrementAndGet());
            branch.append(UserMessage.from(task));
            working.decrementAndGet();
            return Answer.of(task);
        });
        for (int i = 0; i < 8; i++) {
            fanOut.branch("branch " + i, "task " + i);
        }

        assertThat(fanOut.build().run().finished()).hasSize(8);
        assertThat(seen).hasSize(8).allMatch(count -> count <= 2);
    }

    @Test
    void tooManyBranchesAreRefusedAllTogetherAndNoneIsMade() {
        FanOut.Builder fanOut = fanOut(LIMITS.withBranchesPerSession(3)).agent((branch, task) -> Answer.of(task));
        for (int i = 0; i < 4; i++) {
            fanOut.branch("branch " + i, "task");
        }

        FanOutResult result = fanOut.build().run();

        assertThat(result.outcomes()).hasSize(4).allMatch(Refused.class::isInstance);
        assertThat(parent.children()).isEmpty();
    }

    @Test
    void fanOutsInsideBranchesNeverWaitForThemselves() {
        BoundedBranching branching = BoundedBranching.of(sessions, LIMITS.withConcurrentRuns(1));
        FanOutResult result = FanOut.builder(branching, parent)
                .agent((branch, task) -> {
                    FanOutResult inner = FanOut.builder(branching, branch)
                            .agent((leaf, leafTask) -> answered(leaf, leafTask, "leaf " + leafTask))
                            .branch("x", task + ".1")
                            .branch("y", task + ".2")
                            .build()
                            .run();
                    return Answer.of(String.valueOf(inner.finished().size()));
                })
                .branch("a", "1")
                .branch("b", "2")
                .build()
                .run();

        assertThat(result.finished()).extracting(Finished::answer).containsExactly("2", "2");
    }

    @Test
    void aSpentTokenBudgetStopsFurtherWork() {
        BoundedBranching branching =
                BoundedBranching.of(sessions, LIMITS.withTokenBudget(100).withConcurrentRuns(1));
        BranchAgent costly = (branch, task) -> new Answer(task, Optional.of(Usage.ofTotal(80)));
        FanOutResult first = FanOut.builder(branching, parent)
                .agent(costly)
                .branch("a", "1")
                .branch("b", "2")
                .branch("c", "3")
                .build()
                .run();
        FanOutResult second = FanOut.builder(BoundedBranching.of(sessions, LIMITS.withTokenBudget(100)), parent)
                .agent(costly)
                .branch("d", "4")
                .build()
                .run();

        assertThat(first.finished()).hasSize(2);
        assertThat(first.outcomes()).filteredOn(Refused.class::isInstance).hasSize(1);
        assertThat(second.outcomes().get(0))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().limit()).isEqualTo(Refusal.Limit.TOKEN_BUDGET));
    }

    @Test
    void aModelThatCallsToolsForEverStopsWhenTheBudgetIsSpentAndWhatItUsedIsBooked() {
        BoundedBranching branching = BoundedBranching.of(sessions, LIMITS.withTokenBudget(100));
        ScriptedModel restless = new ScriptedModel(messages -> ScriptedModel.call("t" + messages.size(), "look", "{}"));
        ModelAgent agent = ModelAgent.builder(sessions, restless.chat())
                .tools(new Looking())
                .build();

        FanOutResult result = FanOut.builder(branching, parent)
                .agent(agent)
                .branch("a", "find it")
                .build()
                .run();

        assertThat(result.outcomes().get(0))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().limit()).isEqualTo(Refusal.Limit.TOKEN_BUDGET));
        assertThat(restless.requests()).hasSize(7);
        BoundedBranching elsewhere = BoundedBranching.of(AgentSessions.of(streams), LIMITS.withTokenBudget(100));
        assertThat(elsewhere.tokensLeft(elsewhere.sessions().session(parent.id())))
                .hasValue(100 - 7 * 15);
    }

    @Test
    void whatARunUsedCountsAlsoWhenItFails() {
        BoundedBranching branching = BoundedBranching.of(sessions, LIMITS.withTokenBudget(100));
        ScriptedModel model = new ScriptedModel(messages -> {
            if (messages.get(messages.size() - 1) instanceof UserMessage) {
                return ScriptedModel.call("t", "look", "{}");
            }
            throw new IllegalStateException("no more");
        });
        FanOutResult result = FanOut.builder(branching, parent)
                .agent(ModelAgent.builder(sessions, model.chat())
                        .tools(new Looking())
                        .build())
                .branch("a", "find it")
                .build()
                .run();

        assertThat(result.outcomes().get(0)).isInstanceOf(Failed.class);
        assertThat(branching.tokensLeft(parent)).hasValue(85);
    }

    @Test
    void theAccountOfATreeGoesWithItsRootAndNotWithABranch() {
        BoundedBranching branching = BoundedBranching.of(sessions, LIMITS.withTokenBudget(100));
        FanOutResult result = FanOut.builder(branching, parent)
                .agent((branch, task) -> new Answer(task, Optional.of(Usage.ofTotal(80))))
                .branch("a", "1")
                .build()
                .run();
        sessions.session(result.finished().get(0).sessionId()).delete();
        OptionalLong left = branching.tokensLeft(parent);
        parent.deleteTree();
        parent.append(UserMessage.from("hello again"));

        assertThat(left).hasValue(20);
        assertThat(streams.head(sessions.usage(parent.id()))).isEmpty();
        assertThat(branching.tokensLeft(parent)).hasValue(100);
    }
}
