package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.BranchOutcome.Refused;
import dev.anabranch.branch.BranchOutcome.TimedOut;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.Usage;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Backend.class)
class FanOutTest {

    private static final BranchLimits LIMITS = BranchLimits.DEFAULTS.withBranchesPerMinute(10_000);

    /** A tool that never finds anything. */
    static final class Looking {
        @Tool
        public String look() {
            return "nothing yet";
        }
    }

    private final Backend backend;
    private DurableStreams streams;
    private AgentSessions sessions;
    private AgentSession parent;

    FanOutTest(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void open() {
        streams = backend.open();
        sessions = AgentSessions.of(streams);
        parent = sessions.session("chat-" + UUID.randomUUID());
        parent.append(UserMessage.from("How do I deploy?"), AiMessage.from("Containers or a VM."));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    private FanOut.Builder fanOut() {
        return fanOut(LIMITS);
    }

    private FanOut.Builder fanOut(BranchLimits limits) {
        return FanOut.builder(BoundedBranching.of(sessions, limits), parent);
    }

    /** Writes task and answer, as an AI service does. */
    private static Answer answered(AgentSession branch, String task, String answer) {
        branch.append(UserMessage.from(task));
        branch.append(AiMessage.from(answer));
        return Answer.of(answer);
    }

    private static List<String> texts(AgentSession session) {
        return session.history().stream().map(HistoryMessage::text).toList();
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
