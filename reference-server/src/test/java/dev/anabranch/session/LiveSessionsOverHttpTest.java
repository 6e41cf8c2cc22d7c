package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.AnabranchServer;
import dev.anabranch.server.ServerOptions;
import dev.anabranch.server.TestServer;
import dev.anabranch.stream.AccessDeniedException;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.HttpDurableStreams;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are followed live do not go on believing in what they know when the way to them is cut. */
class LiveSessionsOverHttpTest {

    private static final SessionsOptions LIVE = SessionsOptions.DEFAULTS.withConsistency(Consistency.LIVE);

    @TempDir
    private Path folder;

    private static URI base(AnabranchServer server) {
        return server.uri().resolve("/v1/stream");
    }

    /** The server's word comes when it comes, but it comes. */
    private static void awaitLast(AgentSession session, String text) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            List<ChatMessage> window = session.window();
            if (!window.isEmpty() && window.get(window.size() - 1).equals(UserMessage.from(text))) {
                return;
            }
            assertThat(System.nanoTime()).as("waiting for '%s'", text).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void aSessionIsFollowedOnWhenTheServerComesBack() {
        AnabranchServer first =
                AnabranchServer.start(ServerOptions.DEFAULTS.withPort(0).withDataDir(folder));
        URI base = base(first);
        try (DurableStreams mine = HttpDurableStreams.connect(base);
                DurableStreams others = HttpDurableStreams.connect(base);
                AgentSessions live = AgentSessions.of(mine, LIVE);
                AgentSessions other = AgentSessions.of(others)) {
            AgentSession session = live.session("chat");
            session.append(UserMessage.from("one"));
            other.session("chat").append(UserMessage.from("two"));
            awaitLast(session, "two");

            first.close();
            try (AnabranchServer second = AnabranchServer.start(
                    ServerOptions.DEFAULTS.withPort(base.getPort()).withDataDir(folder))) {
                assertThat(base(second)).isEqualTo(base);
                other.session("chat").append(UserMessage.from("three"));
                awaitLast(session, "three");
                session.append(UserMessage.from("four"));

                assertThat(other.session("chat").history())
                        .extracting(HistoryMessage::text)
                        .containsExactly("one", "two", "three", "four");
                assertThat(live.list(SessionQuery.DEFAULTS).sessions()).hasSize(1);
            }
        } finally {
            first.close();
        }
    }

    @Test
    void aRefusedTokenIsToldAndTheSessionGoesOnWithAGoodOne() {
        AtomicReference<String> token = new AtomicReference<>("alice-secret");
        try (TestServer server = TestServer.start(
                        folder,
                        options ->
                                TestServer.users("alice").apply(options).withLongPollTimeout(Duration.ofMillis(100)));
                DurableStreams mine = HttpDurableStreams.builder(server.uri("/v1/stream"))
                        .bearerToken(token::get)
                        .build();
                DurableStreams others = HttpDurableStreams.builder(server.uri("/v1/stream"))
                        .bearerToken("alice-secret")
                        .build();
                AgentSessions live = AgentSessions.of(mine, LIVE);
                AgentSessions other = AgentSessions.of(others)) {
            AgentSession session = live.session("chat");
            session.append(UserMessage.from("one"));
            assertThat(session.window()).hasSize(1);

            token.set("expired");
            other.session("chat").append(UserMessage.from("two"));
            assertThatThrownBy(() -> awaitLast(session, "never")).isInstanceOf(AccessDeniedException.class);

            token.set("alice-secret");
            awaitLast(session, "two");
            other.session("chat").append(UserMessage.from("three"));
            awaitLast(session, "three");
        }
    }
}
