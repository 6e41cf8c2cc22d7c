package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.anabranch.stream.StreamName;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is answered of sessions that were left alone for their TTL. */
@ParameterizedClass
@EnumSource(
        value = Consistency.class,
        names = {"CHECK_TAIL", "SINGLE_WRITER"})
class ExpiringSessionsOverHttpTest {

    private static final Duration TTL = Duration.ofSeconds(3); // longer than a busy machine may pause

    private final Consistency consistency;
    private AnabranchServer server;
    private DurableStreams streams;
    private DurableStreams watching;
    private AgentSessions sessions;

    ExpiringSessionsOverHttpTest(Consistency consistency) {
        this.consistency = consistency;
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        server = AnabranchServer.start(ServerOptions.DEFAULTS.withPort(0).withDataDir(folder));
        streams = HttpDurableStreams.connect(server.uri().resolve("/v1/stream"));
        watching = HttpDurableStreams.connect(server.uri().resolve("/v1/stream"));
        sessions =
                AgentSessions.of(streams, SessionsOptions.DEFAULTS.withTtl(TTL).withConsistency(consistency));
    }

    @AfterEach
    void close() {
        sessions.close();
        streams.close();
        watching.close();
        server.close();
    }

    /** Asking for a stream's head does not keep it alive. */
    private void awaitExpiry(String session) {
        StreamName name = new StreamName("sessions/" + session);
        while (watching.head(name).isPresent()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private List<String> listed() {
        return sessions.list(SessionQuery.DEFAULTS.withScratch(SessionQuery.Choice.INCLUDE)).sessions().stream()
                .map(SessionInfo::id)
                .toList();
    }

    @Test
    void anExpiredSessionIsNoSessionAndItsIdBeginsAnew() {
        AgentSession session = sessions.session("mortal");
        session.append(UserMessage.from("one"), UserMessage.from("two"));
        assertThat(listed()).containsExactly("mortal");

        awaitExpiry("mortal");

        assertThat(session.window()).isEmpty();
        assertThat(session.history()).isEmpty();
        assertThat(session.exists()).isFalse();
        assertThat(sessions.find("mortal")).isEmpty();
        assertThat(listed()).isEmpty();
        assertThatThrownBy(() -> session.latest(1)).isInstanceOf(SessionNotFoundException.class);
        assertThatThrownBy(session::info).isInstanceOf(SessionNotFoundException.class);
        assertThatThrownBy(() -> session.fork(ForkPoint.now(), "branch")).isInstanceOf(SessionNotFoundException.class);

        session.append(UserMessage.from("anew"));
        assertThat(session.window()).containsExactly(UserMessage.from("anew"));
        assertThat(session.history()).extracting(HistoryMessage::text).containsExactly("anew");
        assertThat(listed()).containsExactly("mortal");
    }

    @Test
    void aMessageAddedFirstThingAfterExpiryIsTheFirstOfANewSession() {
        AgentSession session = sessions.session("mortal");
        session.append(UserMessage.from("one"));

        awaitExpiry("mortal");

        session.append(UserMessage.from("anew"));
        assertThat(session.history()).extracting(HistoryMessage::text).containsExactly("anew");
        assertThat(session.window()).containsExactly(UserMessage.from("anew"));
    }

    @Test
    void aMemoryOfAnExpiredSessionIsEmptyAndTakesMessages() {
        DurableStreamChatMemoryStore store = DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .ttl(TTL)
                .consistency(consistency)
                .build();
        MessageWindowChatMemory memory = MessageWindowChatMemory.builder()
                .id("mortal")
                .maxMessages(10)
                .chatMemoryStore(store)
                .build();
        memory.add(UserMessage.from("one"));

        awaitExpiry("mortal");

        assertThat(store.getMessages("mortal")).isEmpty();
        memory.add(UserMessage.from("anew"));
        assertThat(memory.messages()).containsExactly(UserMessage.from("anew"));
        assertThat(store.session("mortal").history())
                .extracting(HistoryMessage::text)
                .containsExactly("anew");
    }

    @Test
    void anExpiredScratchIsGoneFromItsTreeAndItsParentStays() {
        AgentSession parent = sessions.create(NewSession.DEFAULTS.withId("lasting"));
        parent.append(UserMessage.from("one"));
        AgentSession scratch = parent.fork(
                        ForkOptions.DEFAULTS.withId("scratch").withScratch(TTL))
                .session();
        scratch.append(UserMessage.from("two"));
        assertThat(listed()).containsExactlyInAnyOrder("lasting", "scratch");

        awaitExpiry("scratch");

        assertThat(scratch.window()).isEmpty();
        assertThat(scratch.history()).isEmpty();
        assertThat(scratch.exists()).isFalse();
        assertThat(listed()).containsExactly("lasting");
        assertThat(parent.children()).isEmpty();
        assertThat(sessions.tree("lasting").sessions())
                .extracting(SessionInfo::id)
                .containsExactly("lasting");
        assertThat(parent.window()).containsExactly(UserMessage.from("one"));
        AgentSession again = parent.fork(ForkOptions.DEFAULTS.withId("scratch")).session();
        assertThat(again.window()).containsExactly(UserMessage.from("one"));
    }
}
