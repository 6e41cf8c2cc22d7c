package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.session.AgentSession;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A fan-out that is run again. */
@ParameterizedClass
@EnumSource(Backend.class)
class FanOutResumeTest extends FanOutFixture {

    FanOutResumeTest(Backend backend) {
        super(backend);
    }

    @Test
    void aCompleteFanOutRunAgainOnlyReadsItsResult() {
        AtomicInteger runs = new AtomicInteger();
        FanOut.Builder fanOut = fanOut().id("review")
                .agent((branch, task) -> {
                    runs.incrementAndGet();
                    return answered(branch, task, "done " + task);
                })
                .judge(Judge.scoring(Finished::index))
                .branch("a", "1")
                .branch("b", "2");
        FanOutResult first = fanOut.build().run();
        FanOutResult second = fanOut.build().run();

        assertThat(runs).hasValue(2);
        assertThat(second.finished())
                .allMatch(Finished::resumed)
                .extracting(Finished::answer)
                .containsExactly("done 1", "done 2");
        assertThat(second.verdict()).isEqualTo(first.verdict());
        assertThat(parent.children()).hasSize(2);
    }

    @Test
    void afterACrashWhatFinishedIsNotRunAgainAndWhatWasLeftHalfWayGetsAFreshBranch() {
        AgentSession answered = forkAsIfOutcomeWasLost("review");

        AtomicInteger runs = new AtomicInteger();
        FanOut again = fanOut().id("review")
                .agent((branch, task) -> {
                    runs.incrementAndGet();
                    return answered(branch, task, "second try");
                })
                .branch("done", "1")
                .branch("half", "2")
                .build();
        FanOutResult result = again.run();

        assertThat(runs).hasValue(1);
        assertThat(result.finished()).extracting(Finished::answer).containsExactly("first", "second try");
        assertThat(result.finished().get(0).sessionId()).isEqualTo(answered.id());
        assertThat(parent.children()).hasSize(3);
    }

    /** The branches of a fan-out whose process died: one had answered, one was in the middle of its work. */
    private AgentSession forkAsIfOutcomeWasLost(String id) {
        FanOut fanOut = fanOut().id(id)
                .agent((branch, task) -> Answer.of(task))
                .branch("done", "1")
                .branch("half", "2")
                .build();
        FanOutBranches branches = new FanOutBranches(fanOut);
        List<String> made = branches.make(branches.existing());
        AgentSession done = sessions.session(made.get(0));
        answered(done, "1", "first");
        sessions.session(made.get(1)).append(UserMessage.from("2"));
        return done;
    }
}
