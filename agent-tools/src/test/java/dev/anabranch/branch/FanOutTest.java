package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the branches of a fan-out, and of the fan-out by that. */
@ParameterizedClass
@EnumSource(Backend.class)
class FanOutTest extends FanOutFixture {

    FanOutTest(Backend backend) {
        super(backend);
    }

    @Test
    void everyBranchSharesTheParentAndWorksOnItsOwnTask() {
        FanOutResult result = fanOut().agent((branch, task) -> answered(branch, task, task + "!"))
                .branch("fly", "Try Fly")
                .branch("vm", "Try a VM")
                .build()
                .run();

        assertThat(result.satisfied()).isTrue();
        assertThat(result.finished()).extracting(Finished::answer).containsExactly("Try Fly!", "Try a VM!");
        AgentSession fly = sessions.session(result.finished().get(0).sessionId());
        assertThat(texts(fly)).containsExactly("How do I deploy?", "Containers or a VM.", "Try Fly", "Try Fly!");
        assertThat(texts(parent)).containsExactly("How do I deploy?", "Containers or a VM.");
        assertThat(parent.children()).extracting(SessionInfo::label).containsExactly("fly", "vm");
    }

    @Test
    void branchesAreWorkedOnAtTheSameTime() {
        CyclicBarrier allThere = new CyclicBarrier(4);

        FanOut.Builder fanOut = fanOut().agent((branch, task) -> {
            allThere.await();
            return Answer.of(task);
        });
        for (int i = 0; i < 4; i++) {
            fanOut.branch("branch " + i, "task " + i);
        }

        assertThat(fanOut.build().run().finished()).hasSize(4);
    }

    @Test
    void failureTimeoutAndSuccessAreResultsOfSingleBranches() {
        CountDownLatch never = new CountDownLatch(1);
        FanOutResult result = fanOut().agent((branch, task) -> answered(branch, task, "fine"))
                .branch("good", "work")
                .branch(BranchTask.of("bad", "break").withAgent((branch, task) -> {
                    throw new IllegalStateException("no such tool");
                }))
                .branch(BranchTask.of("slow", "wait")
                        .withTimeout(Duration.ofMillis(50))
                        .withAgent((branch, task) -> {
                            never.await();
                            return Answer.of("too late");
                        }))
                .build()
                .run();

        assertThat(result.satisfied()).isFalse();
        assertThat(result.outcomes().get(0)).isInstanceOf(Finished.class);
        assertThat(result.outcomes().get(1))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.reason()).isEqualTo("no such tool"));
        assertThat(result.outcomes().get(2)).isInstanceOf(TimedOut.class);
    }

    @Test
    void theFirstThatPassesEndsTheOthersWhichStayReadable() {
        FanOutResult result = fanOut().join(
                        Join.first(finished -> finished.answer().equals("right")))
                .branch(BranchTask.of("loser", "wait").withAgent((branch, task) -> {
                    branch.append(UserMessage.from(task));
                    new CountDownLatch(1).await();
                    return Answer.of("never");
                }))
                .branch(BranchTask.of("wrong", "guess").withAgent((branch, task) -> Answer.of("wrong")))
                .branch(BranchTask.of("winner", "know").withAgent((branch, task) -> Answer.of("right")))
                .build()
                .run();

        assertThat(result.satisfied()).isTrue();
        assertThat(result.outcomes().get(0)).isInstanceOf(Cancelled.class);
        assertThat(result.outcomes().get(2)).isInstanceOf(Finished.class);
        AgentSession loser = sessions.session(result.outcomes().get(0).session().orElseThrow());
        assertThat(texts(loser)).startsWith("How do I deploy?", "Containers or a VM.");
    }

    @Test
    void aQuorumIsEnough() {
        FanOutResult result = fanOut().join(Join.quorum(2))
                .agent((branch, task) -> Answer.of(task))
                .branch("a", "1")
                .branch("b", "2")
                .branch(BranchTask.of("c", "3").withAgent((branch, task) -> {
                    new CountDownLatch(1).await();
                    return Answer.of("never");
                }))
                .build()
                .run();

        assertThat(result.satisfied()).isTrue();
        assertThat(result.finished()).hasSize(2);
        assertThat(result.outcomes().get(2)).isInstanceOf(Cancelled.class);
    }

    @Test
    void aJudgeRanks() {
        FanOutResult result = fanOut().agent((branch, task) -> Answer.of(task))
                .judge(Judge.scoring(finished -> finished.answer().length()))
                .branch("short", "ab")
                .branch("long", "abcd")
                .build()
                .run();

        assertThat(result.verdict().orElseThrow().ranking()).containsExactly(1, 0);
        assertThat(result.best().orElseThrow().label()).isEqualTo("long");
    }

    @Test
    void aModelCanBeTheJudgeAndItsFailureIsNotTheFanOuts() {
        ScriptedModel judge =
                new ScriptedModel(messages -> AiMessage.from("Well: {\"ranking\": [2], \"reason\": \"it is right\"}"));
        FanOutResult judged = fanOut().agent((branch, task) -> Answer.of(task))
                .judge(Judge.model(judge.chat(), "right answers"))
                .branch("a", "1")
                .branch("b", "2")
                .build()
                .run();
        FanOutResult unjudged = fanOut().agent((branch, task) -> Answer.of(task))
                .judge(Judge.model(new ScriptedModel(messages -> AiMessage.from("Hm.")).chat(), "right answers"))
                .branch("a", "1")
                .build()
                .run();

        assertThat(judged.verdict().orElseThrow()).isEqualTo(new Judge.Verdict(List.of(1, 0), "it is right"));
        assertThat(unjudged.verdict()).isEmpty();
        assertThat(unjudged.judgeProblem()).hasValue("the judge gave no ranking: Hm.");
        assertThat(unjudged.finished()).hasSize(1);
    }

    @Test
    void aRunningFanOutCanBeCancelledWholeOrInPart() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(2);
        RunningFanOut running = fanOut().agent((branch, task) -> {
                    working.countDown();
                    new CountDownLatch(1).await();
                    return Answer.of("never");
                })
                .branch("a", "1")
                .branch("b", "2")
                .build()
                .start();
        working.await();
        running.cancel("a");
        running.cancel();

        assertThat(running.await().outcomes()).hasSize(2).allMatch(Cancelled.class::isInstance);
    }

    @Test
    void anErrorOfAnAgentIsTheOutcomeOfItsBranch() {
        FanOutResult result = fanOut().warmFirst()
                .agent((branch, task) -> {
                    throw new NoClassDefFoundError("some.Tool");
                })
                .branch("a", "1")
                .branch("b", "2")
                .build()
                .run();

        assertThat(result.outcomes())
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Failed.class,
                                failed -> assertThat(failed.reason()).isEqualTo("some.Tool")));
    }

    @Test
    void aBranchThatIsDeletedUnderwayFailsAndNobodyWaitsForIt() {
        FanOut fanOut = fanOut().id("gone")
                .agent((branch, task) -> Answer.of(task))
                .branch("a", "1")
                .build();
        FanOutBranches branches = new FanOutBranches(fanOut);
        List<String> made = branches.make(branches.existing());
        AgentSession branch = sessions.session(made.get(0));
        CompletableFuture<BranchOutcome> outcome = new CompletableFuture<>();
        BranchWorker worker = new BranchWorker(
                fanOut.branching,
                new BranchWorker.Job(
                        0, "a", branch, parent.id(), "1", (session, task) -> Answer.of(task), Optional.empty(), "w"),
                new BranchWorker.Reports() {
                    @Override
                    public void started(long deadlineNanos, Duration allowed) {}

                    @Override
                    public void answeredOnce() {}

                    @Override
                    public void ended(BranchOutcome ended) {
                        outcome.complete(ended);
                    }
                });
        branch.delete();
        worker.start(false);

        assertThat(outcome).succeedsWithin(Duration.ofSeconds(30)).isInstanceOf(Failed.class);
    }
}
