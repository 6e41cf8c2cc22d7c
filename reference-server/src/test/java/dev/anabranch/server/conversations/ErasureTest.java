package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.engine.EmbeddedDurableStreams;
import dev.anabranch.server.AgentSource;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.StreamName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErasureTest {

    /* Random, so that compression leaves the first of them as it is. */
    private static final String SECRET = "q7Zx9Kfw3LmPv2Rt";
    private static final String TITLE = "Hn5bYt0cWd8sGu4e";

    @TempDir
    private Path data;

    @Test
    void whatIsErasedIsInNoFileAnyMoreAlsoAfterARestart() {
        String body = "{\"content\":[{\"role\":\"USER\",\"text\":\"" + SECRET + "\"}]}";
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations/plan/entries", "alice", body);
            server.post("/v1/conversations/plan/fork", "alice", "{}");
            server.post(
                    "/v1/conversations/plan/memberships", "alice", "{\"userId\":\"bob\",\"accessLevel\":\"reader\"}");
            Reply fork = server.post("/v1/conversations/plan/fork", "bob", "{}");
            server.post("/v1/conversations/" + fork.text("id") + "/entries", "bob", body);
            server.post("/v1/conversations", "alice", "{\"id\":\"other\"}");
            server.post("/v1/conversations/other/entries", "alice", body.replace(SECRET, "kept"));
            assertThat(filesWith(SECRET)).isNotEmpty();

            Reply erased = server.post("/v1/admin/conversations/plan/erase", "root", "");

            assertThat(erased.status()).as(erased.response().body()).isEqualTo(200);
            assertThat(erased.json().path("conversationIds")).hasSize(3);
            assertThat(erased.json().path("entries").asInt()).isEqualTo(2);
            assertThat(erased.json().path("bytes").asInt()).isGreaterThan(2 * SECRET.length());
            assertThat(filesWith(SECRET)).isEmpty();
            assertThat(server.get("/v1/conversations/plan", "alice").status()).isEqualTo(404);
            assertThat(server.get("/v1/conversations/" + fork.text("id"), "bob").status())
                    .isEqualTo(404);
        }
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            assertThat(filesWith(SECRET)).isEmpty();
            assertThat(server.get("/v1/conversations/other/entries", "alice").data("text"))
                    .containsExactly("kept");
        }
    }

    @Test
    void whatSharesItsHistoryIsErasedWhateverItIsCalledAndSoAreTheTitles() {
        String body = "{\"content\":[{\"role\":\"USER\",\"text\":\"" + SECRET + "\"}]}";
        try (TestServer server = TestServer.start(data, TestServer.users("alice"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"root\",\"title\":\"" + TITLE + "\"}");
            server.post("/v1/conversations/root/entries", "alice", body);
            server.call("PATCH", "/v1/conversations/root", "alice", "{\"title\":\"renamed " + TITLE + "\"}");
            server.post("/v1/conversations/root/fork", "alice", "{\"id\":\"left\",\"title\":\"left " + TITLE + "\"}");
            server.post("/v1/conversations/root/fork", "alice", "{\"id\":\"right\"}");
            server.post("/v1/conversations/right/entries", "alice", body);
            assertThat(filesWith(TITLE)).isNotEmpty();
        }
        try (EmbeddedDurableStreams program = EmbeddedDurableStreams.open(data)) {
            program.fork(new StreamName("archive/copy"), ForkRequest.atTail(new StreamName("sessions/right")));
        }
        try (TestServer server = TestServer.start(data, TestServer.users("alice"))) {
            assertThat(server.call("PUT", "/v1/stream/loose", "alice", "").status())
                    .isEqualTo(201);
            // The root is gone already, but its branches keep what it had.
            server.call("DELETE", "/v1/conversations/root?scope=session", "alice", "");
            server.post("/v1/conversations", "alice", "{\"id\":\"root\",\"title\":\"another of this id\"}");
            String tail = server.call("HEAD", "/v1/stream/directory", "alice", "")
                    .header("Stream-Next-Offset")
                    .orElseThrow();

            Reply erased = server.post("/v1/admin/conversations/left/erase", "root", "");

            assertThat(erased.status()).as(erased.response().body()).isEqualTo(200);
            assertThat(erased.json().path("conversationIds"))
                    .extracting(JsonNode::asText)
                    .containsExactlyInAnyOrder("left", "right");
            assertThat(erased.json().path("streams").toString()).isEqualTo("[\"archive/copy\"]");
            assertThat(erased.json().path("directoryLines").asInt()).isEqualTo(4);
            assertThat(erased.json().path("entries").asInt()).isEqualTo(2);
            assertThat(server.get("/v1/stream/archive/copy", "alice").status()).isEqualTo(404);
            assertThat(server.get("/v1/stream/loose", "alice").status()).isEqualTo(200);
            assertThat(filesWith(SECRET)).isEmpty();
            assertThat(filesWith(TITLE)).isEmpty();
            assertThat(server.get("/v1/conversations/root", "alice").text("title"))
                    .isEqualTo("another of this id");
            // Two lines more: the sessions that went. What was before has kept its place.
            assertThat(server.get("/v1/stream/directory?offset=" + tail, "alice")
                            .json())
                    .hasSize(2);
        }
        try (TestServer server = TestServer.start(data, TestServer.users("alice"))) {
            assertThat(filesWith(SECRET)).isEmpty();
            assertThat(filesWith(TITLE)).isEmpty();
            assertThat(server.get("/v1/conversations?mode=all", "alice").data("id"))
                    .containsExactly("root");
        }
    }

    @Test
    void theAnswerNamesWhatWasBroughtForwardIntoOtherTrees() {
        String body = "{\"content\":[{\"role\":\"AI\",\"text\":\"so\"}]}";
        try (TestServer server = TestServer.start(data, TestServer.users("alice"))) {
            for (String id : List.of("plan", "other", "third")) {
                server.post("/v1/conversations", "alice", "{\"id\":\"" + id + "\"}");
            }
            server.post("/v1/conversations/plan/entries", "alice", body);
            server.post("/v1/conversations/plan/fork", "alice", "{\"id\":\"side\"}");
            server.post("/v1/conversations/side/entries", "alice", body);
            server.post("/v1/conversations/plan/bring-forward", "alice", "{\"from\":\"side\"}");
            Reply brought = server.post("/v1/conversations/other/bring-forward", "alice", "{\"from\":\"side\"}");
            assertThat(brought.status()).isEqualTo(201);
            server.post("/v1/conversations/other/fork", "alice", "{\"id\":\"inherits\"}");
            server.call("PATCH", "/v1/conversations/other", "alice", "{\"archived\":true}");

            Reply erased = server.post("/v1/admin/conversations/plan/erase", "root", "");

            assertThat(erased.json().path("alsoCopiedTo").toString())
                    .isEqualTo("[{\"conversationId\":\"other\",\"entryId\":\""
                            + brought.json().at("/entry/id").asText() + "\",\"from\":\"side\"}]");
            assertThat(server.get("/v1/conversations/other/entries", "alice").data("text"))
                    .hasSize(1);
        }
    }

    @Test
    void theWordsOfAnAgentThatStillAnswersAreErasedToo() throws InterruptedException {
        CountDownLatch speaking = new CountDownLatch(1);
        AgentSource agent = streams -> (turn, output) -> {
            output.write(SECRET);
            speaking.countDown();
            new CountDownLatch(1).await(); // until it is stopped
        };
        try (TestServer server = TestServer.start(data, TestServer.users("alice"), agent)) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations/plan/messages", "alice", "{\"text\":\"" + TITLE + "\"}");
            assertThat(speaking.await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(server.post("/v1/admin/conversations/plan/erase", "root", "")
                            .status())
                    .isEqualTo(200);

            assertThat(filesWith(SECRET)).isEmpty();
            assertThat(filesWith(TITLE)).isEmpty();
            assertThat(server.get("/v1/conversations?mode=all", "alice").data("id"))
                    .isEmpty();
        }
    }

    private List<Path> filesWith(String text) {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> holds(file, text))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (java.nio.file.NoSuchFileException compactedAway) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
