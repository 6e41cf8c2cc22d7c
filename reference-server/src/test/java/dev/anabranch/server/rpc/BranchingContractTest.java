package dev.anabranch.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of session branching are told, sentence by sentence. */
class BranchingContractTest {

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
    void theVersionIsAText() {
        Reply reply = server.post("/rpc", "", "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"sessions.list\"}");

        assertThat(reply.json().at("/error/code").asInt()).isEqualTo(-32600);
    }

    @Test
    void aForkIsNoOlderThanItsMaking() {
        String key =
                result("sessions.fork", "{\"key\":\"main\"}").path("sessionKey").asText();

        JsonNode fork = result("sessions.get", "{\"key\":\"" + key + "\"}");

        assertThat(Instant.parse(fork.path("updatedAt").asText()))
                .isAfterOrEqualTo(Instant.parse(fork.path("createdAt").asText()));
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
        try (RpcSocket socket = RpcSocket.connect(server.uri("/rpc"), "")) {
            JsonNode answer = socket.call(call("sessions.fork", "{\"key\":\"main\",\"label\":\"live\"}"));
            String key = answer.at("/result/sessionKey").asText();
            assertThat(answer.at("/result/label").asText()).isEqualTo("live");
            assertThat(socket.awaitEvent("forked", key).path("method").asText()).isEqualTo("session");

            result("sessions.append", "{\"key\":\"main\",\"role\":\"USER\",\"text\":\"more\"}");
            socket.awaitEvent("updated", "session:main");

            result("sessions.patch", "{\"key\":\"" + key + "\",\"label\":\"renamed\"}");
            socket.awaitEvent("updated", key);

            server.post("/v1/conversations", "", "{\"id\":\"made-by-rest\"}");
            socket.awaitEvent("created", "session:made-by-rest");

            result("sessions.delete", "{\"key\":\"" + key + "\"}");
            socket.awaitEvent("deleted", key);
        }
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
