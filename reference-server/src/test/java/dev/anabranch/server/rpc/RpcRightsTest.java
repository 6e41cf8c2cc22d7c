package dev.anabranch.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.server.conversations.Conversations;
import dev.anabranch.server.search.SessionSearch;
import dev.anabranch.server.security.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method with every kind of token, from the list of the methods, by POST, in batches and over WebSocket. */
class RpcRightsTest {

    private static final int FORBIDDEN = -32003;
    private static final int NOT_FOUND = -32001;
    private static final int LIMIT = -32029;
    private static final Set<String> OVER_ALL = Set.of("sessions.list", "sessions.search");

    private final RpcMethods methods = new RpcMethods(mock(Conversations.class), mock(SessionSearch.class));

    @TempDir
    private Path data;

    @Test
    void noMethodAnswersToATokenWithoutItsScope() throws Exception {
        List<String> lines = Arrays.stream(Scope.values())
                .map(scope -> TestServer.line("no-" + scope.id() + "-secret", "alice", allBut(scope)))
                .collect(Collectors.toList());
        lines.add(TestServer.line("alice-secret", "alice", "read,append,fork,delete"));
        try (TestServer server = start(lines)) {
            talk(server);
            for (String method : methods.names()) {
                String user = "no-" + methods.scopeOf(method).id();
                assertEverywhere(server, user, method, FORBIDDEN, "scope");
            }
            assertUntouched(server);
        }
    }

    @Test
    void noMethodShowsOrChangesWhatAnotherUserHas() throws Exception {
        try (TestServer server = start(List.of(
                TestServer.line("alice-secret", "alice", "read,append,fork,delete"),
                TestServer.line("mallory-secret", "mallory", "read,append,fork,delete")))) {
            talk(server);
            for (String method : methods.names()) {
                if (OVER_ALL.contains(method)) {
                    JsonNode answer = post(server, "mallory", call(method));
                    assertThat(answer.path("result").toString()).as(method).doesNotContain("plan", "hidden");
                } else {
                    assertEverywhere(server, "mallory", method, NOT_FOUND, "no such");
                }
            }
            assertUntouched(server);
        }
    }

    @Test
    void aReaderMayLookAndForkIntoATreeOfTheirOwnAndNothingElse() {
        try (TestServer server = start(List.of(
                TestServer.line("alice-secret", "alice", "read,append,fork,delete"),
                TestServer.line("bob-secret", "bob", "read,append,fork,delete")))) {
            talk(server);
            server.post(
                    "/v1/conversations/plan/memberships", "alice", "{\"userId\":\"bob\",\"accessLevel\":\"reader\"}");
            for (String method : methods.names()) {
                JsonNode answer = post(server, "bob", call(method));
                boolean mayCall = methods.scopeOf(method) == Scope.READ || method.equals("sessions.fork");
                assertThat(answer.has("result")).as("%s: %s", method, answer).isEqualTo(mayCall);
                if (!mayCall) {
                    assertThat(answer.at("/error/code").asInt()).as(method).isEqualTo(FORBIDDEN);
                }
            }
            assertThat(post(server, "alice", call("sessions.branches")).at("/result/branches"))
                    .isEmpty();
            assertUntouched(server);
        }
    }

    @Test
    void aSocketNeedsATokenAndAnOriginOfItsOwn() {
        try (TestServer server = start(List.of(TestServer.line("alice-secret", "alice", "read")))) {
            for (String token : List.of("", "wrong")) {
                assertThatThrownBy(() -> RpcSocket.connect(server.uri("/rpc"), token))
                        .isInstanceOf(CompletionException.class);
            }
            Reply foreign = server.call(
                    "GET", "/rpc", "alice", "", "Origin", "http://evil.example", "Sec-WebSocket-Version", "13");
            assertThat(foreign.status()).isNotEqualTo(101);
        }
    }

    @Test
    void membersAreToldOfABranchAsSoonAsItIsMadeAndNobodyElse() throws Exception {
        try (TestServer server = start(List.of(
                        TestServer.line("alice-secret", "alice", "read,append,fork,delete"),
                        TestServer.line("mallory-secret", "mallory", "read,append,fork,delete")));
                RpcSocket alice = RpcSocket.connect(server.uri("/rpc"), "alice-secret");
                RpcSocket mallory = RpcSocket.connect(server.uri("/rpc"), "mallory-secret")) {
            talk(server);
            for (int i = 0; i < 5; i++) {
                server.post("/v1/conversations/plan/fork", "alice", "{\"id\":\"branch-" + i + "\"}");
                alice.awaitEvent("forked", "session:branch-" + i);
            }
            server.post("/v1/conversations", "mallory", "{\"id\":\"own\"}");

            assertThat(mallory.await(message -> true).at("/params/sessionKey").asText())
                    .isEqualTo("session:own");
        }
    }

    @Test
    void aSocketEndsWhenItsTokenIsTakenBack() throws Exception {
        Path tokens = data.resolve("tokens");
        String alice = TestServer.line("alice-secret", "alice", "read,append");
        Files.writeString(tokens, alice + "\n" + TestServer.line("bob-secret", "bob", "read,append") + "\n");
        try (TestServer server = TestServer.start(data.resolve("data"), options -> options.withTokenFile(tokens));
                RpcSocket calling = RpcSocket.connect(server.uri("/rpc"), "bob-secret");
                RpcSocket listening = RpcSocket.connect(server.uri("/rpc"), "bob-secret")) {
            assertThat(calling.call(call("sessions.list")).has("result")).isTrue();

            Files.writeString(tokens, alice + "\n");
            while (server.get("/v1/conversations", "bob").status() != 401) {
                Thread.onSpinWait(); // the file is looked at again within a second
            }
            calling.send(call("sessions.list"));
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");

            assertThat(calling.awaitClose()).isEqualTo(1008);
            assertThat(listening.awaitClose()).isEqualTo(1008);
        }
    }

    @Test
    void eachCallOfABatchAndOfASocketCountsAgainstTheRate() throws Exception {
        try (TestServer server = TestServer.start(
                data,
                options -> options.withSecurity(options.security()
                        .withTokens(List.of(
                                TestServer.line("alice-secret", "alice", "read"),
                                TestServer.line("bob-secret", "bob", "read")))
                        .withRateLimit(1, 5)))) {
            String one = call("sessions.list");
            JsonNode answers = post(
                    server, "alice", "[" + String.join(",", List.of(one, one, one, one, one, one, one, one)) + "]");
            assertThat(answers.get(0).has("result")).isTrue();
            assertThat(answers.get(7).at("/error/code").asInt()).isEqualTo(LIMIT);

            try (RpcSocket socket = RpcSocket.connect(server.uri("/rpc"), "bob-secret")) {
                JsonNode last = socket.call(one);
                for (int i = 0; i < 7; i++) {
                    last = socket.call(one);
                }
                assertThat(last.at("/error/code").asInt()).isEqualTo(LIMIT);
            }
        }
    }

    private void assertEverywhere(TestServer server, String user, String method, int code, String words)
            throws Exception {
        String call = call(method);
        assertRefused(method, post(server, user, call), code, words);
        assertRefused(
                method + " in a batch", post(server, user, "[" + call + "]").path(0), code, words);
        try (RpcSocket socket = RpcSocket.connect(server.uri("/rpc"), user + "-secret")) {
            assertRefused(method + " over WebSocket", socket.call(call), code, words);
            assertRefused(
                    method + " in a batch over WebSocket",
                    socket.call("[" + call + "]").path(0),
                    code,
                    words);
        }
        assertThat(server.post("/rpc", user, call.replace("\"id\":1,", "")).status())
                .as("%s as a notification", method)
                .isEqualTo(204);
    }

    private static void assertRefused(String what, JsonNode answer, int code, String words) {
        assertThat(answer.at("/error/code").asInt()).as("%s: %s", what, answer).isEqualTo(code);
        assertThat(answer.at("/error/message").asText())
                .as(what)
                .contains(words)
                .doesNotContain("hidden");
    }

    private static void assertUntouched(TestServer server) {
        Reply plan = server.get("/v1/conversations/plan", "alice");
        assertThat(plan.text("title")).isEqualTo("hidden title");
        assertThat(plan.json().path("messageCount").asInt()).isEqualTo(1);
        assertThat(plan.json().path("archived").asBoolean()).isFalse();
        assertThat(server.get("/v1/conversations/plan/forks", "alice").data("conversationId"))
                .containsExactly("plan");
    }

    private static void talk(TestServer server) {
        server.post("/v1/conversations", "alice", "{\"id\":\"plan\",\"title\":\"hidden title\"}");
        server.post(
                "/v1/conversations/plan/entries",
                "alice",
                "{\"content\":[{\"role\":\"USER\",\"text\":\"hidden text\"}]}");
    }

    private static JsonNode post(TestServer server, String user, String body) {
        return server.post("/rpc", user, body).json();
    }

    private static String call(String method) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method
                + "\",\"params\":{\"key\":\"session:plan\",\"label\":\"loot\",\"role\":\"USER\",\"text\":\"loot\","
                + "\"archived\":true,\"query\":\"hidden\"}}";
    }

    private static String allBut(Scope missing) {
        return Arrays.stream(Scope.values())
                .filter(scope -> scope != missing)
                .map(Scope::id)
                .collect(Collectors.joining(","));
    }

    private TestServer start(List<String> lines) {
        return TestServer.start(
                data, options -> options.withSecurity(options.security().withTokens(lines)));
    }
}
