package dev.anabranch.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.engine.StreamListener;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final long PATIENCE_SECONDS = 20;

    private final EmbeddedDurableStreams streams = EmbeddedDurableStreams.inMemory();
    private final AgentSessions sessions = AgentSessions.of(streams);
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        streams.close();
    }

    private Turns turns(AgentRunner runner) {
        streams.engine().listen((name, status, change) -> {
            if (change == StreamListener.Change.CLOSED) {
                ended.add(name.value());
            }
        });
        return new Turns(
                runner,
                sessions,
                streams.engine(),
                DurableStreamChatMemoryStore.builder().streams(streams).build());
    }

    private TurnRecord awaitEnd(Turns turns, TurnRecord turn) throws InterruptedException {
        assertThat(ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(turn.stream().value());
        return turns.latest(turn.session()).orElseThrow();
    }

    @Test
    void aTurnIsDoneWhenTheAgentReturns() throws Exception {
        try (Turns turns = turns((turn, output) -> output.write("Hello, " + turn.user()))) {
            TurnRecord turn = turns.start("plan", "alice", "Hello?");

            assertThat(turn.status()).isEqualTo(TurnStatus.RUNNING);
            assertThat(awaitEnd(turns, turn).status()).isEqualTo(TurnStatus.DONE);
            assertThat(turns.retry("plan", "alice")).isEmpty();
        }
    }

    @Test
    void anAgentThatThrowsHasFailedAndMayBeAskedAgainWithoutTheQuestionTwice() throws Exception {
        AtomicBoolean isAway = new AtomicBoolean(true);
        AgentRunner agent = (turn, output) -> {
            sessions.session("plan").append(UserMessage.from(turn.text()));
            if (isAway.getAndSet(false)) {
                throw new IllegalStateException("the model is away");
            }
            sessions.session("plan").append(AiMessage.from("here"));
        };
        try (Turns turns = turns(agent)) {
            TurnRecord failed = awaitEnd(turns, turns.start("plan", "alice", "Hello?"));
            assertThat(failed.status()).isEqualTo(TurnStatus.FAILED);
            assertThat(failed.error()).contains("the model is away");

            assertThat(awaitEnd(turns, turns.retry("plan", "alice").orElseThrow())
                            .status())
                    .isEqualTo(TurnStatus.DONE);

            assertThat(sessions.session("plan").window())
                    .containsExactly(UserMessage.from("Hello?"), AiMessage.from("here"));
        }
    }

    @Test
    void aSessionIsFreeForTheNextTurnAsSoonAsTheStreamOfThisOneIsClosed() throws Exception {
        try (Turns turns = turns((turn, output) -> output.write("yes"))) {
            for (int i = 0; i < 100; i++) {
                awaitEnd(turns, turns.start("plan", "alice", "Again?"));
            }
        }
    }

    @Test
    void anErrorOfTheAgentEndsTheTurnToo() throws Exception {
        AgentRunner broken = (turn, output) -> {
            throw new StackOverflowError();
        };
        try (Turns turns = turns(broken)) {
            TurnRecord failed = awaitEnd(turns, turns.start("plan", "alice", "Hello?"));

            assertThat(failed.status()).isEqualTo(TurnStatus.FAILED);
            assertThat(failed.error()).contains("StackOverflowError");
            assertThat(turns.retry("plan", "alice")).isPresent();
        }
    }

    @Test
    void aSessionHasOneTurnAtATimeAndAStoppedOneKeepsWhatWasSaid() throws Exception {
        CountDownLatch speaking = new CountDownLatch(1);
        AgentRunner slow = (turn, output) -> {
            sessions.session("plan").append(UserMessage.from(turn.text()));
            output.write("As far as");
            speaking.countDown();
            new CountDownLatch(1).await(); // until it is stopped
        };
        try (Turns turns = turns(slow)) {
            TurnRecord turn = turns.start("plan", "alice", "Hello?");
            assertThat(speaking.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> turns.start("plan", "bob", "Me too"))
                    .isInstanceOf(AlreadyAnsweringException.class);

            assertThat(turns.stop("plan")).isTrue();

            assertThat(awaitEnd(turns, turn).status()).isEqualTo(TurnStatus.STOPPED);
            assertThat(sessions.session("plan").window()).last().isEqualTo(AiMessage.from("As far as"));
            assertThat(turns.stop("other")).isFalse();
        }
    }

    @Test
    void whatAnEarlierProcessLeftUnfinishedIsInterrupted() {
        TurnStream left = new TurnStream(streams, TurnStream.name("plan", "0000000000001-a"));
        left.create("Hello?");
        try (Turns turns = turns((turn, output) -> {})) {
            turns.recover();

            assertThat(turns.latest("plan").orElseThrow().status()).isEqualTo(TurnStatus.INTERRUPTED);
            assertThat(turns.latest("plan").orElseThrow().text()).isEqualTo("Hello?");
        }
    }
}
