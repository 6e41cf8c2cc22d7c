package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErasureTest {

    private static final String SECRET = "q7Zx9Kfw3LmPv2Rt";

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
