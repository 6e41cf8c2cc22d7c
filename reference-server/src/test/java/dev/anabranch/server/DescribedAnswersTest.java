package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.server.description.DescriptionFace;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the routes answer is what the description says they answer: status, media type and shape. */
class DescribedAnswersTest {

    private static final String SAY = "{\"content\":[{\"role\":\"USER\",\"text\":\"heron\"}]}";

    private final JsonNode description = DescriptionFace.description();
    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final Set<String> answered = new TreeSet<>();

    @TempDir
    private Path data;

    private TestServer server;

    @Test
    void everyRouteAnswersInTheDescribedShape() {
        AgentSource agent = streams -> (turn, output) -> output.write("Hello.");
        try (TestServer started = TestServer.start(
                data.resolve("streams"),
                options -> TestServer.users("alice", "bob").apply(options).withBackupDir(data.resolve("backups")),
                agent)) {
            server = started;
            makeAndLook();
            branch();
            shareAndTalk();
            fail();
            remove();
            ask("GET", "/metrics", Map.of(), "root", "", 200);
            ask("POST", "/v1/admin/backup", Map.of(), "root", "", 201);
            ask("POST", "/rpc", Map.of(), "alice", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sessions.list\"}", 200);
            for (String path : Set.of("/health", "/health/live", "/health/ready")) {
                ask("GET", path, Map.of(), "", "", 200);
            }
        }
        Set<String> described = new TreeSet<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation ->
                                described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(answered).isEqualTo(described);
    }

    private void makeAndLook() {
        Map<String, String> plan = Map.of("id", "plan");
        ask("POST", "/v1/conversations", Map.of(), "alice", "{\"id\":\"plan\",\"settings\":{\"model\":\"m\"}}", 201);
        ask("POST", "/v1/conversations/{id}/entries", plan, "alice", SAY, 201);
        ask("POST", "/v1/conversations/{id}/entries", plan, "alice", SAY.replace("USER", "AI"), 201);
        ask("GET", "/v1/conversations", Map.of(), "alice", "", 200);
        ask("GET", "/v1/conversations/{id}", plan, "alice", "", 200);
        ask("PATCH", "/v1/conversations/{id}", plan, "alice", "{\"title\":\"Trip\"}", 200);
        ask("GET", "/v1/conversations/{id}/entries", plan, "alice", "", 200);
        ask("POST", "/v1/conversations/search", Map.of(), "alice", "{\"query\":\"heron\"}", 200);
        ask("GET", "/v1/agent", Map.of(), "alice", "", 200);
    }

    private void branch() {
        Map<String, String> plan = Map.of("id", "plan");
        String entry =
                server.get("/v1/conversations/plan/entries", "alice").data("id").get(0);
        Map<String, String> at = Map.of("id", "plan", "entryId", entry);
        ask("POST", "/v1/conversations/{id}/entries/{entryId}/fork", at, "alice", "{}", 201);
        ask("POST", "/v1/conversations/{id}/fork", plan, "alice", "{\"id\":\"side\"}", 201);
        ask("POST", "/v1/conversations/{id}/entries", Map.of("id", "side"), "alice", SAY.replace("USER", "AI"), 201);
        ask("GET", "/v1/conversations/{id}/forks", plan, "alice", "", 200);
        ask("GET", "/v1/conversations/{id}/children", plan, "alice", "", 200);
        Map<String, String> both = Map.of("id", "plan", "other", "side");
        ask("GET", "/v1/conversations/{id}/compare/{other}", both, "alice", "", 200);
        ask("POST", "/v1/conversations/{id}/bring-forward", plan, "alice", "{\"from\":\"side\"}", 201);
        ask("POST", "/v1/conversations/{id}/rewind", plan, "alice", "{\"after\":\"" + entry + "\"}", 200);
    }

    private void shareAndTalk() {
        Map<String, String> plan = Map.of("id", "plan");
        Map<String, String> bob = Map.of("id", "plan", "userId", "bob");
        String member = "{\"userId\":\"bob\",\"accessLevel\":\"reader\"}";
        ask("POST", "/v1/conversations/{id}/memberships", plan, "alice", member, 201);
        ask("GET", "/v1/conversations/{id}/memberships", plan, "alice", "", 200);
        ask("PATCH", "/v1/conversations/{id}/memberships/{userId}", bob, "alice", "{\"accessLevel\":\"writer\"}", 200);
        ask("DELETE", "/v1/conversations/{id}/memberships/{userId}", bob, "alice", "", 204);
        ask("POST", "/v1/conversations/{id}/messages", plan, "alice", "{\"text\":\"Hello?\"}", 202);
        ask("GET", "/v1/conversations/{id}/messages", plan, "alice", "", 200);
        ask("POST", "/v1/conversations/{id}/messages/stop", plan, "alice", "", 200);
    }

    private void fail() {
        Map<String, String> plan = Map.of("id", "plan");
        Map<String, String> nothing = Map.of("id", "nothing");
        ask("POST", "/v1/conversations", Map.of(), "alice", "{\"id\":\"plan\"}", 409);
        ask("POST", "/v1/conversations", Map.of(), "alice", "{", 400);
        ask("GET", "/v1/conversations/{id}", nothing, "alice", "", 404);
        ask("GET", "/v1/conversations/{id}", plan, "", "", 401);
        ask("GET", "/v1/conversations/{id}", plan, "root", "", 403);
        ask("POST", "/v1/conversations/{id}/bring-forward", plan, "alice", "{\"from\":\"plan\"}", 409);
        ask(
                "DELETE",
                "/v1/conversations/{id}/memberships/{userId}",
                Map.of("id", "plan", "userId", "alice"),
                "alice",
                "",
                409);
    }

    private void remove() {
        Map<String, String> plan = Map.of("id", "plan");
        Reply dryRun = server.call("DELETE", "/v1/conversations/plan?dryRun=true", "alice", "");
        assertDescribed("DELETE", "/v1/conversations/{id}", dryRun, 200);
        ask("POST", "/v1/admin/conversations/{id}/erase", plan, "root", "", 200);
        server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
        ask("DELETE", "/v1/conversations/{id}", plan, "alice", "", 204);
    }

    private void ask(String method, String path, Map<String, String> parameters, String user, String body, int status) {
        String concrete = path;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            concrete = concrete.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        assertDescribed(method, path, server.call(method, concrete, user, body), status);
        answered.add(method + " " + path);
    }

    private void assertDescribed(String method, String path, Reply reply, int status) {
        String what = method + " " + path + " gave " + reply.status() + " "
                + reply.response().body();
        assertThat(reply.status()).as(what).isEqualTo(status);
        String pointer =
                "/paths/" + path.replace("/", "~1") + "/" + method.toLowerCase(Locale.ROOT) + "/responses/" + status;
        JsonNode response = description.at(pointer);
        assertThat(response.isMissingNode()).as("%s is not described", what).isFalse();
        String type = reply.header("Content-Type").orElse("").replaceAll(";.*", "");
        JsonNode content = response.path("content");
        if (content.isEmpty()) {
            return;
        }
        assertThat(content.has(type)).as("%s of type '%s'", what, type).isTrue();
        if (type.endsWith("json")) {
            // References of a schema lead into the whole description.
            ObjectNode schema = description.deepCopy();
            schema.put("$ref", "#" + pointer + "/content/" + type.replace("/", "~1") + "/schema");
            Set<ValidationMessage> wrong = schemas.getSchema(schema).validate(reply.json());
            assertThat(wrong).as(what).isEmpty();
        }
    }
}
