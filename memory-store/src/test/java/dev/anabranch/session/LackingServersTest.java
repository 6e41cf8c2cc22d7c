package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.ForwardingStreams;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sessions on servers that pass over what they do not know. */
class LackingServersTest {

    /** A server with everything; each test leaves one thing out. */
    private static class Server extends ForwardingStreams {

        final MemoryStreams streams;

        Server() {
            this(new MemoryStreams(false));
        }

        private Server(MemoryStreams streams) {
            super(streams);
            this.streams = streams;
        }
    }

    private static AgentSession talk(DurableStreams server) {
        AgentSession session = AgentSessions.of(server).session("chat");
        session.append(UserMessage.from("one"), AiMessage.from("two"));
        session.append(UserMessage.from("three"));
        session.append(AiMessage.from("four"));
        return session;
    }

    @Test
    void aServerThatCannotForkIsToldFromOneThatCanAndNothingIsLeftBehind() {
        AgentSessions sessions = AgentSessions.of(new Server() {
            @Override
            public CreateResult fork(StreamName fork, ForkRequest request) {
                return create(fork, CreateRequest.JSON.withBody(request.body()));
            }
        });
        AgentSession session = talk(sessions.streams());

        assertThatThrownBy(() -> session.fork(ForkPoint.now(), "branch"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("the server cannot fork");
        assertThat(session.children()).isEmpty();
        assertThat(sessions.list(SessionQuery.DEFAULTS).sessions()).hasSize(1);
        assertThat(session.window()).hasSize(4);
    }

    @Test
    void aServerWithoutSubOffsetsForksBetweenAppendsAndSaysThatItCannotWithin() {
        AgentSession session = talk(new Server() {
            @Override
            public CreateResult fork(StreamName fork, ForkRequest request) {
                return streams.fork(
                        fork,
                        new ForkRequest(
                                request.source(),
                                request.at(),
                                0,
                                request.contentType(),
                                request.expiry(),
                                request.closed(),
                                request.body()));
            }
        });

        assertThat(session.fork(ForkPoint.atIndex(3), "between").window()).hasSize(3);
        assertThatThrownBy(() -> session.fork(ForkPoint.atIndex(1), "within"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Stream-Fork-Sub-Offset");
        assertThat(session.children()).hasSize(1);
    }

    @Test
    void aForkIsLookedAtOnceForEachKind() {
        Server server = new Server();
        AgentSession session = talk(server);
        session.fork(ForkPoint.now(), "first");
        session.fork(ForkPoint.atIndex(1), "within");
        server.streams.requests();

        session.fork(ForkPoint.now(), "second");
        session.fork(ForkPoint.atIndex(1), "within again");

        assertThat(server.streams.requests()).noneMatch(request -> request.matches("read sessions/(?!chat$).*"));
    }

    @Test
    void aServerThatAddsNoOffsetsKeepsMemoriesAndForksAtTheEnd() {
        Server server = new Server() {
            @Override
            public StreamPage read(StreamName name, Offset from) {
                StreamPage page = super.read(name, from);
                List<Payload> bare = page.messages().stream()
                        .map(message -> Payload.of(message.utf8().replaceAll(",?\"offset\":\"\\d+\"", "")))
                        .toList();
                return new StreamPage(page.from(), bare, page.next(), page.upToDate(), page.closed());
            }
        };
        talk(server);
        AgentSession session = AgentSessions.of(server).session("chat");

        assertThat(session.window()).hasSize(4);
        assertThat(session.history()).extracting(HistoryMessage::text).containsExactly("one", "two", "three", "four");
        session.append(UserMessage.from("five"));
        assertThat(session.fork(ForkPoint.now(), "end").window()).hasSize(5);
        assertThat(session.window()).hasSize(5);
    }

    @Test
    void whereStreamSeqIsPassedOverNoMessageIsLostOrStoredTwice() {
        Server server = new Server() {
            @Override
            public AppendResult append(StreamName name, AppendRequest request) {
                return super.append(
                        name,
                        new AppendRequest(
                                request.contentType(),
                                request.body(),
                                request.producer(),
                                Optional.empty(),
                                request.close()));
            }
        };
        AgentSession here = AgentSessions.of(server).session("chat");
        AgentSession there = AgentSessions.of(server).session("chat");
        List<ChatMessage> said = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ChatMessage fromHere = UserMessage.from("here " + i);
            ChatMessage fromThere = UserMessage.from("there " + i);
            here.append(fromHere);
            there.append(fromThere);
            said.add(fromHere);
            said.add(fromThere);
        }

        assertThat(here.window()).isEqualTo(said);
        assertThat(there.window()).isEqualTo(said);
        assertThat(here.history()).hasSize(20);
    }
}
