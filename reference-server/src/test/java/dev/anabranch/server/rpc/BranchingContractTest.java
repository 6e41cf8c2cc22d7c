package dev.anabranch.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of session branching are told, sentence by sentence. */
class BranchingContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path data;

    private TestServer server;

    @BeforeEach
    void talk() {
        server = TestServer.start(data);
        server.post("/v1/conversations", "", """
                {"id": "main", "title": "Main", "settings": {"model": "m-1", "project": "p", "mcpDisabled": true,
                 "worktreeBranch": "w", "sandbox": {"net": false}, "channelBinding": "c"}}""");
        for (int i = 0; i < 4; i++) {
            result(
                    "sessions.append",
                    "{\"key\":\"main\",\"role\":\"" + (i % 2 == 0 ? "USER" : "AI") + "\",\"text\":\"m" + i + "\"}");
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aForkCopiesTheMessagesUpToTheIndex() {
        JsonNode fork = result("sessions.fork", "{\"key\":\"main\",\"at_message\":1,\"label\":\"my-fork\"}");

        assertThat(fork.path("sessionKey").asText()).matches("session:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(fork.path("label").asText()).isEqualTo("my-fork");
        assertThat(fork.path("forkPoint").asInt()).isEqualTo(2);
        assertThat(texts(fork.path("sessionKey").asText())).containsExactly("m0", "m1");
    }

    @Test
    void withoutAnIndexAllMessagesAreCopied() {
        JsonNode fork = result("sessions.fork", "{\"key\":\"main\"}");

        assertThat(texts(fork.path("sessionKey").asText())).containsExactly("m0", "m1", "m2", "m3");
        assertThat(fork.path("messageCount").asInt()).isEqualTo(4);
        assertThat(fork.path("label").asText()).isNotBlank();
    }

    @Test
    void forkPointCountsMessages() {
        for (String name : List.of("fork_point", "forkPoint")) {
            JsonNode fork = result("sessions.fork", "{\"key\":\"main\",\"" + name + "\":3}");
            assertThat(texts(fork.path("sessionKey").asText())).containsExactly("m0", "m1", "m2");
        }
        assertThat(texts(result("sessions.fork", "{\"key\":\"main\",\"fork_point\":0}")
                        .path("sessionKey")
                        .asText()))
                .isEmpty();
    }

    @Test
    void anIndexPastTheEndIsRefusedWithTheCount() {
        JsonNode error = error("sessions.fork", "{\"key\":\"main\",\"at_message\":9}");

        assertThat(error.path("code").asInt()).isEqualTo(-32602);
        assertThat(error.path("message").asText()).isEqualTo("atMessage 9 exceeds message count 4");
        for (String bad : List.of("-1", "1.5", "\"1\"", "99999999999999")) {
            assertThat(error("sessions.fork", "{\"key\":\"main\",\"at_message\":" + bad + "}")
                            .path("code")
                            .asInt())
                    .as(bad)
                    .isEqualTo(-32602);
        }
    }

    @Test
    void aForkInheritsModelProjectAndMcpFlagAndNothingElse() {
        String key =
                result("sessions.fork", "{\"key\":\"main\"}").path("sessionKey").asText();

        JsonNode settings = result("sessions.get", "{\"key\":\"" + key + "\"}").path("settings");

        assertThat(settings.toString()).isEqualTo("{\"model\":\"m-1\",\"project\":\"p\",\"mcpDisabled\":true}");
    }

    @Test
    void aForkDivergesWithoutAffectingTheOriginal() {
        String key = result("sessions.fork", "{\"key\":\"main\",\"at_message\":0}")
                .path("sessionKey")
                .asText();

        JsonNode appended = result("sessions.append", "{\"key\":\"" + key + "\",\"role\":\"AI\",\"text\":\"other\"}");

        assertThat(appended.path("index").asInt()).isEqualTo(1);
        assertThat(texts(key)).containsExactly("m0", "other");
        assertThat(texts("main")).containsExactly("m0", "m1", "m2", "m3");
    }

    @Test
    void parentAndChildFieldsTellTheTree() {
        String key = result("sessions.fork", "{\"key\":\"main\",\"at_message\":1}")
                .path("sessionKey")
                .asText();

        JsonNode branches = result("sessions.branches", "{\"key\":\"main\"}").path("branches");
        JsonNode sessions = result("sessions.list", "{}").path("sessions");

        assertThat(branches.findValuesAsText("key")).containsExactly(key);
        assertThat(branches.at("/0/parent_session_key").asText()).isEqualTo("session:main");
        assertThat(branches.at("/0/fork_point").asInt()).isEqualTo(2);
        assertThat(sessions.findValuesAsText("key")).containsExactlyInAnyOrder("session:main", key);
    }

    @Test
    void deletingAParentDoesNotCascade() {
        String key =
                result("sessions.fork", "{\"key\":\"main\"}").path("sessionKey").asText();

        assertThat(result("sessions.delete", "{\"key\":\"main\"}")
                        .path("deleted")
                        .asBoolean())
                .isTrue();

        assertThat(error("sessions.preview", "{\"key\":\"main\"}").path("code").asInt())
                .isEqualTo(-32001);
        JsonNode child = result("sessions.get", "{\"key\":\"" + key + "\"}");
        assertThat(child.path("parent_session_key").isNull()).isTrue();
        assertThat(texts(key)).containsExactly("m0", "m1", "m2", "m3");
    }

    @Test
    void deletingAForkAnswersItsParentForNavigation() {
        String key =
                result("sessions.fork", "{\"key\":\"main\"}").path("sessionKey").asText();

        assertThat(result("sessions.delete", "{\"key\":\"" + key + "\"}")
                        .path("parent_session_key")
                        .asText())
                .isEqualTo("session:main");
    }

    @Test
    void labelsArchivingAndSearchWork() {
        result("sessions.patch", "{\"key\":\"main\",\"label\":\"Renamed\"}");
        assertThat(result("sessions.get", "{\"key\":\"main\"}").path("label").asText())
                .isEqualTo("Renamed");
        assertThat(result("sessions.search", "{\"query\":\"m2\"}")
                        .path("results")
                        .findValuesAsText("text"))
                .containsExactly("m2");

        result("sessions.archive", "{\"key\":\"main\",\"archived\":true}");
        assertThat(result("sessions.list", "{}").path("sessions")).isEmpty();
    }

    @Test
    void malformedCallsGetTheStandardCodes() {
        assertThat(server.post("/rpc", "", "{nonsense").json().at("/error/code").asInt())
                .isEqualTo(-32700);
        assertThat(server.post("/rpc", "", "[]").json().at("/error/code").asInt())
                .isEqualTo(-32600);
        assertThat(server.post("/rpc", "", "[1]").json().at("/0/error/code").asInt())
                .isEqualTo(-32600);
        assertThat(server.post("/rpc", "", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sessions.fly\"}")
                        .json()
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32601);
        assertThat(error("sessions.fork", "[1]").path("code").asInt()).isEqualTo(-32602);
        assertThat(error("sessions.fork", "{\"key\":\"nowhere\"}").path("code").asInt())
                .isEqualTo(-32001);
    }

    @Test
    void aBatchIsAnsweredCallByCallAndNotificationsAreNot() {
        Reply reply = server.post("/rpc", "", """
                [{"jsonrpc":"2.0","id":1,"method":"sessions.list"},
                 {"jsonrpc":"2.0","method":"sessions.append","params":{"key":"main","role":"USER","text":"silent"}},
                 {"jsonrpc":"2.0","id":"x","method":"sessions.preview","params":{"key":"main"}}]""");

        assertThat(reply.json().findValuesAsText("id")).contains("1", "x");
        assertThat(reply.json()).hasSize(2);
        assertThat(texts("main")).endsWith("silent");
        assertThat(server.post("/rpc", "", "{\"jsonrpc\":\"2.0\",\"method\":\"sessions.list\"}")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void aSocketAnswersCallsAndTellsEvents() throws Exception {
        BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
        URI uri = URI.create(server.uri("/rpc").toString().replaceFirst("http", "ws"));
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(uri, collect(received))
                .join();

        socket.sendText(call("sessions.fork", "{\"key\":\"main\",\"label\":\"live\"}"), true)
                .join();

        JsonNode one = received.poll(20, TimeUnit.SECONDS);
        JsonNode other = received.poll(20, TimeUnit.SECONDS);
        JsonNode answer = one.has("result") ? one : other;
        JsonNode event = one.has("result") ? other : one;
        assertThat(answer.at("/result/label").asText()).isEqualTo("live");
        assertThat(event.path("method").asText()).isEqualTo("session");
        assertThat(event.at("/params/kind").asText()).isEqualTo("forked");
        assertThat(event.at("/params/sessionKey").asText())
                .isEqualTo(answer.at("/result/sessionKey").asText());
        socket.abort();
    }

    private static WebSocket.Listener collect(BlockingQueue<JsonNode> received) {
        return new WebSocket.Listener() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean last) {
                text.append(piece);
                if (last) {
                    try {
                        received.add(JSON.readTree(text.toString()));
                    } catch (com.fasterxml.jackson.core.JsonProcessingException broken) {
                        throw new IllegalStateException(broken);
                    }
                    text.setLength(0);
                }
                socket.request(1);
                return null;
            }
        };
    }

    private List<String> texts(String key) {
        return result("sessions.preview", "{\"key\":\"" + key + "\"}")
                .path("messages")
                .findValuesAsText("text");
    }

    private JsonNode result(String method, String params) {
        JsonNode answer = server.post("/rpc", "", call(method, params)).json();
        assertThat(answer.has("result"))
                .as("%s %s gave %s", method, params, answer)
                .isTrue();
        return answer.path("result");
    }

    private JsonNode error(String method, String params) {
        JsonNode answer = server.post("/rpc", "", call(method, params)).json();
        assertThat(answer.has("error"))
                .as("%s %s gave %s", method, params, answer)
                .isTrue();
        return answer.path("error");
    }

    private static String call(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    }
}
