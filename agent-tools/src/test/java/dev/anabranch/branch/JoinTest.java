package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.branch.BranchOutcome.Cancelled;
import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a fan-out has what it needs, and in what order its branches begin. */
class JoinTest {

    interface Streaming {
        TokenStream chat(@MemoryId String id, @dev.langchain4j.service.UserMessage String text);
    }

    private DurableStreams streams;
    private AgentSessions sessions;
    private AgentSession parent;

    @BeforeEach
    void open() {
        streams = EmbeddedDurableStreams.inMemory();
        sessions = AgentSessions.of(streams);
        parent = sessions.session("chat");
        parent.append(UserMessage.from("How do I deploy?"), AiMessage.from("Containers or a VM."));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    private static BranchTask never(String label) {
        return BranchTask.of(label, "wait").withAgent((branch, task) -> {
            new CountDownLatch(1).await();
            return Answer.of("never");
        });
    }

    private static BranchTask failing(String label) {
        return BranchTask.of(label, "fail").withAgent((branch, task) -> {
            throw new IllegalStateException("no");
        });
    }

    private static BranchTask saying(String label, String answer) {
        return BranchTask.of(label, answer).withAgent((branch, task) -> Answer.of(answer));
    }

    private FanOutResult run(Join join, BranchTask... tasks) {
        FanOut.Builder fanOut = FanOut.builder(parent).join(join);
        for (BranchTask task : tasks) {
            fanOut.branch(task);
        }
        return fanOut.build().run();
    }

    @Test
    void anyIsSatisfiedByTheFirstThatFinishesAndNotByOneThatFails() {
        FanOutResult result = run(Join.any(), never("a"), failing("b"), saying("c", "here"), never("d"));

        assertThat(result.satisfied()).isTrue();
        assertThat(result.finished()).extracting(Finished::label).containsExactly("c");
        assertThat(result.outcomes().get(0)).isInstanceOf(Cancelled.class);
        assertThat(result.outcomes().get(1)).isInstanceOfAny(Failed.class, Cancelled.class);
        assertThat(result.outcomes().get(3)).isInstanceOf(Cancelled.class);
    }

    @Test
    void aJoinThatNothingSatisfiesEndsWithTheLastBranch() {
        assertThat(run(Join.any(), failing("a"), failing("b")).satisfied()).isFalse();
        assertThat(run(Join.first(answer -> answer.answer().isEmpty()), saying("a", "x"), saying("b", "y"))
                        .satisfied())
                .isFalse();
        assertThat(run(Join.quorum(3), saying("a", "x"), saying("b", "y")).satisfied())
                .isFalse();
        assertThat(run(Join.all(), saying("a", "x"), failing("b")).satisfied()).isFalse();
    }

    @Test
    void aQuorumCountsOnlyWhatPassesItsTest() {
        FanOutResult result = run(
                Join.quorum(2, answer -> answer.answer().equals("yes")),
                saying("a", "yes"),
                saying("b", "no"),
                saying("c", "yes"),
                never("d"));

        assertThat(result.satisfied()).isTrue();
        assertThat(result.outcomes().get(3)).isInstanceOf(Cancelled.class);
    }

    @Test
    void theOthersBeginOnlyOnceTheFirstHasItsFirstAnswerAndDoNotWaitForItsEnd() {
        List<String> begun = Collections.synchronizedList(new ArrayList<>());
        List<String> begunBeforeTheAnswer = new ArrayList<>();
        CountDownLatch others = new CountDownLatch(2);
        FanOutResult result = FanOut.builder(parent)
                .warmFirst()
                .agent((branch, task) -> {
                    begun.add(task);
                    if (task.equals("a")) {
                        branch.append(UserMessage.from(task));
                        begunBeforeTheAnswer.addAll(begun);
                        branch.append(ScriptedModel.call("t", "think", "{}"));
                        others.await();
                    } else {
                        others.countDown();
                    }
                    return Answer.of(task);
                })
                .branch("a", "a")
                .branch("b", "b")
                .branch("c", "c")
                .build()
                .run();

        assertThat(begunBeforeTheAnswer).containsExactly("a");
        assertThat(result.finished()).hasSize(3);
    }

    @Test
    void ifTheFirstFailsBeforeAnyAnswerTheOthersBeginAllTheSame() {
        FanOutResult result = FanOut.builder(parent)
                .warmFirst()
                .branch(failing("a"))
                .branch(saying("b", "x"))
                .build()
                .run();

        assertThat(result.finished()).extracting(Finished::label).containsExactly("b");
    }

    @Test
    void anAgentThatStreamsWorksInBranches() {
        ScriptedModel model = new ScriptedModel(messages -> AiMessage.from("I saw " + messages.size()));
        DurableStreamChatMemoryStore store =
                DurableStreamChatMemoryStore.builder().streams(streams).build();
        Streaming assistant = AiServices.builder(Streaming.class)
                .streamingChatModel(model.streaming())
                .chatMemoryProvider(id -> MessageWindowChatMemory.builder()
                        .id(id)
                        .maxMessages(20)
                        .chatMemoryStore(store)
                        .build())
                .build();
        FanOutResult result = FanOut.builder(parent)
                .warmFirst()
                .agent((branch, task) -> {
                    CompletableFuture<String> answer = new CompletableFuture<>();
                    assistant
                            .chat(branch.id(), task)
                            .onPartialResponse(part -> {})
                            .onCompleteResponse(response ->
                                    answer.complete(response.aiMessage().text()))
                            .onError(answer::completeExceptionally)
                            .start();
                    return Answer.of(answer.get());
                })
                .branch("fly", "Try Fly")
                .branch("vm", "Try a VM")
                .build()
                .run();

        assertThat(result.finished()).extracting(Finished::answer).containsExactly("I saw 3", "I saw 3");
        assertThat(sessions.session(result.finished().get(1).sessionId()).history())
                .extracting(HistoryMessage::text)
                .containsExactly("How do I deploy?", "Containers or a VM.", "Try a VM", "I saw 3");
    }
}
