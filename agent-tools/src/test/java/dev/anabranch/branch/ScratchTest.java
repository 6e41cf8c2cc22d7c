package dev.anabranch.branch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.anabranch.branch.BranchOutcome.Failed;
import dev.anabranch.compare.Comparison;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionQuery;
import dev.anabranch.session.Usage;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Backend.class)
class ScratchTest {

    private final Backend backend;
    private DurableStreams streams;
    private AgentSessions sessions;
    private AgentSession parent;
    private ModelAgent agent;

    ScratchTest(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void open() {
        streams = backend.open();
        sessions = AgentSessions.of(streams);
        parent = sessions.session("chat-" + UUID.randomUUID());
        parent.append(UserMessage.from("m0"), AiMessage.from("m1"));
        agent = ModelAgent.of(
                sessions, new ScriptedModel(messages -> AiMessage.from("I saw " + messages.size())).chat());
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
    }

    @Test
    void questionsFollowOnOneAnotherAndTheParentIsNotWrittenTo() {
        Offset before = parent.tail();
        String id;
        try (Scratch scratch = Scratch.open(parent, agent)) {
            id = scratch.session().id();
            Scratch.Reply first = scratch.ask("What {{is}} it?");
            Scratch.Reply second = scratch.ask("And?");

            assertThat(first.answer()).hasValue("I saw 3");
            assertThat(second.answer()).hasValue("I saw 5");
            assertThat(first.parentUnchanged()).isTrue();
            assertThat(first.parentBefore()).isEqualTo(before);
            assertThat(sessions.list(SessionQuery.DEFAULTS).sessions())
                    .extracting(SessionInfo::id)
                    .doesNotContain(id);
        }
        assertThat(parent.tail()).isEqualTo(before);
        assertThat(sessions.find(id)).isEmpty();
        assertThat(parent.children()).isEmpty();
    }

    @Test
    void aWriteToTheParentMeanwhileIsSeen() {
        try (Scratch scratch = Scratch.of(parent)
                .agent((branch, question) -> {
                    parent.append(UserMessage.from("someone else"));
                    return Answer.of("x");
                })
                .open()) {
            assertThat(scratch.ask("?").parentUnchanged()).isFalse();
        }
    }

    @Test
    void aFailureIsAResult() {
        try (Scratch scratch = Scratch.of(parent)
                .agent((branch, question) -> {
                    throw new IllegalStateException("broken");
                })
                .open()) {
            assertThat(scratch.ask("?").outcome()).isInstanceOf(Failed.class);
        }
    }

    @Test
    void whatIsKeptIsALastingBranchOfTheParent() {
        AgentSession kept;
        try (Scratch scratch = Scratch.of(
                        BoundedBranching.of(sessions, BranchLimits.DEFAULTS.withBranchesPerSession(1)), parent)
                .agent(agent)
                .open()) {
            scratch.ask("Is it worth keeping?");
            kept = scratch.keep("worth it");
            assertThat(scratch.keep("again").id()).isEqualTo(kept.id());
        }

        assertThat(kept.history())
                .extracting(HistoryMessage::text)
                .containsExactly("m0", "m1", "Is it worth keeping?", "I saw 3");
        assertThat(kept.children()).isEmpty();
        assertThat(parent.children()).extracting(SessionInfo::id).containsExactly(kept.id());
        SessionInfo info = kept.info();
        assertThat(info.parent()).hasValue(parent.id());
        assertThat(info.scratch()).isFalse();
        assertThat(info.ttl()).isEmpty();
    }

    @Test
    void whatIsKeptHasTheVeryMessagesOfTheScratchAndItsWindow() {
        AgentSession kept;
        List<HistoryMessage> asked;
        List<ChatMessage> window;
        try (Scratch scratch = Scratch.open(parent, agent)) {
            scratch.ask("One?");
            scratch.ask("Two?");
            AgentSession session = scratch.session();
            session.append(SessionAppend.entry(Usage.ofTotal(7).toEntry("by hand")));
            List<ChatMessage> all = session.window();
            session.updateWindow(all.subList(1, all.size() - 1));
            asked = session.history();
            window = session.window();
            kept = scratch.keep("worth it");
        }

        AgentSessions elsewhere = AgentSessions.of(streams);
        for (AgentSession seen : List.of(kept, elsewhere.session(kept.id()))) {
            assertThat(seen.history())
                    .extracting(
                            HistoryMessage::id, HistoryMessage::time, HistoryMessage::json, HistoryMessage::inWindow)
                    .containsExactlyElementsOf(asked.stream()
                            .map(each -> tuple(each.id(), each.time(), each.json(), each.inWindow()))
                            .toList());
            assertThat(seen.window()).isEqualTo(window);
            assertThat(seen.history())
                    .extracting(HistoryMessage::inherited)
                    .containsExactly(true, true, false, false, false, false);
            assertThat(seen.summary().isUnmodified()).isFalse();
            assertThat(Comparison.of(parent, seen).right().tokens()).hasValue(7 + 2 * 15);
        }
        kept.append(UserMessage.from("and on"));
        AgentSession below = kept.fork(ForkPoint.before(asked.get(4).id()), "below");
        assertThat(below.history()).extracting(HistoryMessage::text).containsExactly("m0", "m1", "One?", "I saw 3");
        elsewhere.close();
    }

    @Test
    void whatIsKeptOutlivesTheScratchThatExpired() {
        Scratch scratch =
                Scratch.of(parent).agent(agent).ttl(Duration.ofSeconds(1)).open();
        scratch.ask("Is it worth keeping?");
        AgentSession kept = scratch.keep("worth it");
        StreamName stream = scratch.session().stream();
        while (streams.head(stream).isPresent()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        AgentSessions elsewhere = AgentSessions.of(streams);

        assertThat(kept.history()).hasSize(4);
        assertThat(elsewhere.session(kept.id()).history()).hasSize(4);
        assertThat(elsewhere.session(parent.id()).children())
                .extracting(SessionInfo::id)
                .containsExactly(kept.id());
        scratch.close();
        elsewhere.close();
    }

    @Test
    void branchesOfAScratchAreScratchesAndGoWithIt() {
        BoundedBranching branching = BoundedBranching.of(sessions, BranchLimits.DEFAULTS);
        AgentSession below;
        try (Scratch scratch = Scratch.of(branching, parent)
                .agent(agent)
                .ttl(Duration.ofMinutes(1))
                .open()) {
            below = branching.fork(scratch.session(), ForkOptions.DEFAULTS).session();
            assertThat(below.info().scratch()).isTrue();
            assertThat(below.info().ttl()).hasValue(Duration.ofMinutes(1));
        }
        assertThat(sessions.find(below.id())).isEmpty();
    }
}
