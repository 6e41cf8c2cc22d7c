package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a token may not read, it is not shown by what it may do. */
class WithoutReadTest {

    private static final String ENTRY = "{\"content\":[{\"role\":\"USER\",\"text\":\"hidden\"}]}";

    @TempDir
    private Path data;

    @Test
    void whoMayNotReadIsShownNothingByWhatElseTheyMayDo() {
        List<String> lines = List.of(
                TestServer.line("alice-secret", "alice", "read,append,fork"),
                TestServer.line("writing-secret", "alice", "append,fork"));
        try (TestServer server = TestServer.start(
                data, options -> options.withSecurity(options.security().withTokens(lines)))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations/plan/entries", "alice", ENTRY);
            server.post("/v1/conversations/plan/fork", "alice", "{\"id\":\"branch\"}");

            Reply patched = server.call("PATCH", "/v1/conversations/plan", "writing", "{}");
            Reply forked = server.post("/v1/conversations/plan/fork", "writing", "{}");
            Reply brought = server.post("/v1/conversations/plan/bring-forward", "writing", "{\"from\":\"branch\"}");

            assertThat(server.get("/v1/conversations/plan", "alice").text("lastMessagePreview"))
                    .isNotEmpty();
            assertThat(patched.text("lastMessagePreview")).isEmpty();
            assertThat(forked.text("lastMessagePreview")).isEmpty();
            assertThat(brought.status()).isEqualTo(403);
        }
    }
}
