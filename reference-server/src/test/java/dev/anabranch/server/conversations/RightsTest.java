package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.server.description.DescriptionFace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route with every kind of token, from the description of the routes. */
class RightsTest {

    private static final String BODY =
            "{\"title\":\"t\",\"query\":\"q\",\"text\":\"t\",\"from\":\"plan\",\"userId\":\"eve\","
                    + "\"accessLevel\":\"reader\",\"content\":[{\"role\":\"USER\",\"text\":\"t\"}]}";

    private record Operation(String method, String path, String scope) {

        boolean isOpen() {
            return scope.isEmpty();
        }

        boolean isAboutOneConversation() {
            return path.contains("{id}");
        }
    }

    @TempDir
    private Path data;

    @Test
    void noRouteAnswersToTheWrongToken() {
        try (TestServer server = TestServer.start(
                data,
                options -> options.withSecurity(options.security()
                        .withTokens(List.of(
                                TestServer.line("alice-secret", "alice", "read,append,fork,delete"),
                                TestServer.line("mallory-secret", "mallory", "read,append,fork,delete"),
                                TestServer.line(
                                        "old-secret", "alice", "read,append,fork,delete,admin 2020-01-01T00:00:00Z"),
                                TestServer.line("reading-secret", "alice", "read"),
                                TestServer.line("writing-secret", "alice", "append")))))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\",\"title\":\"hidden title\"}");
            server.post("/v1/conversations/plan/entries", "alice", BODY);
            String entry = server.get("/v1/conversations/plan/entries", "alice")
                    .data("id")
                    .get(0);

            for (Operation operation : operations()) {
                String path = operation
                        .path()
                        .replace("{id}", "plan")
                        .replace("{other}", "plan")
                        .replace("{entryId}", entry)
                        .replace("{userId}", "alice");
                if (operation.isOpen()) {
                    assertThat(send(server, operation, path, "").status())
                            .as("%s", operation)
                            .isEqualTo(200);
                    continue;
                }
                assertRefused(operation, send(server, operation, path, ""), 401);
                assertRefused(operation, send(server, operation, path, "nobody"), 401);
                assertRefused(operation, send(server, operation, path, "old"), 401);
                String lacking = operation.scope().equals("read") ? "writing" : "reading";
                if (!operation.path().equals("/rpc")) {
                    assertRefused(operation, send(server, operation, path, lacking), 403);
                }
                if (operation.isAboutOneConversation() && !operation.scope().equals("admin")) {
                    Reply foreign = send(server, operation, path, "mallory");
                    assertRefused(operation, foreign, 404);
                    assertThat(foreign.response().body())
                            .doesNotContain("hidden")
                            .doesNotContain("alice");
                }
            }
            assertThat(server.get("/v1/conversations/plan", "alice").text("title"))
                    .isEqualTo("hidden title");
            assertThat(server.get("/v1/conversations/plan/entries", "alice").data("id"))
                    .hasSize(1);
        }
    }

    @Test
    void headAnswersAsGetWithoutABody() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations/plan/entries", "alice", BODY);

            for (String path : List.of(
                    "/v1/conversations",
                    "/v1/conversations/plan",
                    "/v1/conversations/plan/entries",
                    "/v1/conversations/nothing",
                    "/v1/conversations?limit=0",
                    "/openapi.json",
                    "/docs",
                    "/page/js/app.js",
                    "/",
                    "/nowhere")) {
                Reply get = server.get(path, "alice");
                Reply head = server.call("HEAD", path, "alice", "");

                assertThat(head.status()).as(path).isEqualTo(get.status());
                assertThat(head.response().body()).as(path).isEmpty();
                for (String name : List.of("Content-Type", "Content-Length", "ETag", "Cache-Control")) {
                    assertThat(head.header(name)).as("%s of %s", name, path).isEqualTo(get.header(name));
                }
            }
        }
    }

    @Test
    void aMethodThatARouteDoesNotHaveIs405AndChangesNothing() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");

            Reply put = server.call("PUT", "/v1/conversations/plan", "alice", "{}");

            assertThat(put.status()).isEqualTo(405);
            assertThat(put.text("code")).isEqualTo("method_not_allowed");
            assertThat(put.header("Allow")).contains("DELETE, GET, HEAD, PATCH");
            assertThat(server.call("PUT", "/nowhere", "alice", "{}").status()).isEqualTo(404);
            assertThat(server.call("PUT", "/v1/conversations/plan", "", "{}").status())
                    .isEqualTo(401);
        }
    }

    @Test
    void whatNamesTwoConversationsNeedsRightsOnBoth() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"hers\"}");
            server.post("/v1/conversations/hers/entries", "alice", BODY);
            server.post("/v1/conversations", "bob", "{\"id\":\"his\"}");

            assertThat(server.get("/v1/conversations/his/compare/hers", "bob").status())
                    .isEqualTo(404);
            assertThat(server.get("/v1/conversations/hers/compare/his", "bob").status())
                    .isEqualTo(404);
            assertThat(server.post("/v1/conversations/his/bring-forward", "bob", "{\"from\":\"hers\"}")
                            .status())
                    .isEqualTo(404);
            assertThat(server.post(
                                    "/v1/conversations/new/entries",
                                    "bob",
                                    BODY.replace("{\"title\"", "{\"forkedAtConversationId\":\"hers\",\"title\""))
                            .status())
                    .isEqualTo(404);
            assertThat(server.get("/v1/conversations/new", "bob").status()).isEqualTo(404);
            assertThat(server.post("/v1/conversations/his/fork", "bob", "{\"id\":\"hers\"}")
                            .status())
                    .isEqualTo(409);
            assertThat(server.get("/v1/conversations/hers", "alice").text("ownerUserId"))
                    .isEqualTo("alice");
        }
    }

    @Test
    void aStreamAnswersToMembersOnly() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations/plan/entries", "alice", BODY);
            String stream = "/v1/stream/sessions/plan";

            String account = "/v1/stream/usage/plan";
            String run = "/v1/stream/usage/plan~run-0";

            for (String made : List.of(account, run)) {
                assertThat(server.call("PUT", made, "alice", "", "Content-Type", "application/json")
                                .status())
                        .isEqualTo(201);
            }
            for (String guarded : List.of(stream, account, run)) {
                assertThat(server.get(guarded, "alice").status()).isEqualTo(200);
                for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE")) {
                    String body = method.equals("POST") ? "[]" : "";
                    assertThat(server.call(method, guarded, "bob", body).status())
                            .as("%s %s", method, guarded)
                            .isEqualTo(404);
                }
            }
            assertThat(server.call("PUT", "/v1/stream/loot", "bob", "", "Stream-Forked-From", stream)
                            .status())
                    .isEqualTo(404);
            assertThat(server.get("/v1/stream/__anabranch/access", "bob").status())
                    .isEqualTo(404);
            assertThat(server.get("/v1/stream/directory?offset=-1", "bob")
                            .response()
                            .body())
                    .doesNotContain("plan");
            assertThat(server.post("/v1/conversations/search", "bob", "{\"query\":\"t\"}")
                            .data("entryId"))
                    .isEmpty();
            assertThat(server.get("/v1/conversations?mode=all", "bob").data("id"))
                    .isEmpty();
        }
    }

    @Test
    void aReaderReadsAndForksIntoATreeOfTheirOwn() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations/plan/entries", "alice", BODY);
            Reply added = server.post(
                    "/v1/conversations/plan/memberships", "alice", "{\"userId\":\"bob\",\"accessLevel\":\"reader\"}");
            assertThat(added.status()).isEqualTo(201);

            assertThat(server.post("/v1/conversations/plan/entries", "bob", BODY)
                            .status())
                    .isEqualTo(403);
            Reply fork = server.post("/v1/conversations/plan/fork", "bob", "{\"title\":\"mine\"}");
            assertThat(fork.status()).as(fork.response().body()).isEqualTo(201);
            assertThat(fork.text("ownerUserId")).isEqualTo("bob");
            String own = fork.text("id");

            assertThat(server.post("/v1/conversations/" + own + "/entries", "bob", BODY)
                            .status())
                    .isEqualTo(201);
            assertThat(server.get("/v1/conversations/" + own, "alice").status()).isEqualTo(404);
            assertThat(server.get("/v1/conversations/plan/forks", "alice").data("conversationId"))
                    .containsExactly("plan");
            assertThat(server.call("DELETE", "/v1/conversations/plan", "alice", "")
                            .status())
                    .isEqualTo(204);
            assertThat(server.get("/v1/conversations/" + own + "/entries", "bob")
                            .data("text"))
                    .containsExactly("t", "t");
        }
    }

    @Test
    void aWriterGivesBackThePlacesOfItsRunsAndDeletesNothingElse() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post(
                    "/v1/conversations/plan/memberships", "alice", "{\"userId\":\"bob\",\"accessLevel\":\"writer\"}");
            String account = "/v1/stream/usage/plan";
            String run = account + "~run-0";
            for (String made : List.of(account, run)) {
                assertThat(server.call("PUT", made, "bob", "", "Content-Type", "application/json")
                                .status())
                        .isEqualTo(201);
            }

            assertThat(server.call("DELETE", account, "bob", "").status()).isEqualTo(403);
            assertThat(server.call("DELETE", run, "bob", "").status()).isEqualTo(204);
        }
    }

    private static void assertRefused(Operation operation, Reply reply, int status) {
        assertThat(reply.status())
                .as("%s: %s", operation, reply.response().body())
                .isEqualTo(status);
        assertThat(reply.header("Content-Type")).as("%s", operation).contains("application/problem+json");
        assertThat(reply.header("WWW-Authenticate").isPresent())
                .as("%s", operation)
                .isEqualTo(status != 404);
    }

    private static Reply send(TestServer server, Operation operation, String path, String user) {
        boolean hasBody = !List.of("GET", "HEAD", "DELETE").contains(operation.method());
        return server.call(operation.method(), path, user, hasBody ? BODY : "");
    }

    private static List<Operation> operations() {
        JsonNode description = DescriptionFace.description();
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String text = operation.getValue().path("description").asText();
                String scope = text.isEmpty() ? "" : text.replaceAll(".*`(.*)`.*", "$1");
                String method = operation.getKey().toUpperCase(Locale.ROOT);
                operations.add(new Operation(method, path.getKey(), scope));
                if (method.equals("GET")) {
                    operations.add(new Operation("HEAD", path.getKey(), scope));
                }
            }
        }
        return operations;
    }
}
