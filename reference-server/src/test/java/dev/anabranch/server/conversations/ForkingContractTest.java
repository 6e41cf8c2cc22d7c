package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of conversation forking are told, sentence by sentence. */
class ForkingContractTest {

    private static final String ALICE = "alice";

    @TempDir
    private Path data;

    private TestServer server;
    private String trip;
    private List<String> entries;

    @BeforeEach
    void talk() {
        server = TestServer.start(data, TestServer.users("alice", "bob", "Aa", "BB"));
        trip = server.post("/v1/conversations", ALICE, "{\"title\": \"Trip\"}").text("id");
        for (String text : List.of("Where to?", "To the sea.", "Which one?", "The northern one.")) {
            String role = text.endsWith("?") ? "USER" : "AI";
            Reply reply = server.post(
                    path(trip, "/entries"),
                    ALICE,
                    "{\"content\":[{\"role\":\"" + role + "\",\"text\":\"" + text + "\"}]}");
            assertThat(reply.status()).as(reply.response().body()).isEqualTo(201);
        }
        entries = server.get(path(trip, "/entries"), ALICE).data("id");
        assertThat(entries).hasSize(4);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aForkHasTheHistoryUpToButNotIncludingTheUserEntry() {
        String fork = forkAt(entries.get(2));

        assertThat(server.get(path(fork, "/entries"), ALICE).data("text")).containsExactly("Where to?", "To the sea.");
    }

    @Test
    void aForkHasAnIdOfItsOwnAndReferencesTheParent() {
        Reply reply = server.post(
                path(trip, "/entries/" + entries.get(2) + "/fork"), ALICE, "{\"title\": \"Alternative approach\"}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.header("Location")).contains("/v1/conversations/" + reply.text("id"));
        assertThat(reply.text("id")).isNotEqualTo(trip);
        assertThat(reply.text("title")).isEqualTo("Alternative approach");
        assertThat(reply.text("forkedAtConversationId")).isEqualTo(trip);
        assertThat(reply.text("forkedAtEntryId")).isEqualTo(entries.get(2));
        assertThat(reply.text("ownerUserId")).isEqualTo(ALICE);
        assertThat(reply.text("rootConversationId")).isEqualTo(trip);
        assertThat(reply.json().path("forkPoint").asInt()).isEqualTo(2);
        assertThat(reply.json().path("unmodified").asBoolean()).isTrue();
    }

    @Test
    void theTitleMayBeLeftOut() {
        assertThat(server.post(path(trip, "/entries/" + entries.get(0) + "/fork"), ALICE, "")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aForkIsModifiedIndependently() {
        String fork = forkAt(entries.get(2));

        server.post(path(fork, "/entries"), ALICE, "{\"content\":[{\"role\":\"USER\",\"text\":\"Why?\"}]}");
        server.post(path(trip, "/entries"), ALICE, "{\"content\":[{\"role\":\"USER\",\"text\":\"When?\"}]}");

        assertThat(server.get(path(fork, "/entries"), ALICE).data("text"))
                .containsExactly("Where to?", "To the sea.", "Why?");
        assertThat(server.get(path(trip, "/entries"), ALICE).data("text"))
                .containsExactly("Where to?", "To the sea.", "Which one?", "The northern one.", "When?");
    }

    @Test
    void firstAppendsToOneForkAtTheSameTimeAllArrive() {
        List<Integer> statuses = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> server.post(
                                path("together", "/entries"),
                                ALICE,
                                "{\"content\":[{\"role\":\"USER\",\"text\":\"" + i
                                        + "?\"}],\"forkedAtConversationId\":\"" + trip
                                        + "\",\"forkedAtEntryId\":\"" + entries.get(2) + "\"}")
                        .status())
                .toList();

        assertThat(statuses).containsOnly(201);
        assertThat(server.get(path("together", "/entries"), ALICE).data("text"))
                .hasSize(18)
                .startsWith("Where to?", "To the sea.")
                .doesNotHaveDuplicates();
    }

    @Test
    void aMessageThatLacksAPartIsRefused() {
        for (String message : List.of(
                "{\"type\":\"USER\",\"contents\":[null]}", "{\"type\":\"AI\",\"toolExecutionRequests\":[null]}")) {
            Reply reply = server.post(path(trip, "/entries"), ALICE, "{\"message\":" + message + "}");

            assertThat(reply.status()).as(message).isEqualTo(400);
            assertThat(reply.text("code")).isEqualTo("validation_error");
            assertThat(reply.text("detail")).matches("a part of this (User|Ai)Message is null");
        }
    }

    @Test
    void theSameKeyOfAnotherUserIsAnotherKey() {
        assertThat("Aa").hasSameHashCodeAs("BB");
        for (String user : List.of("Aa", "BB")) {
            server.post(path(trip, "/memberships"), ALICE, "{\"userId\":\"" + user + "\",\"accessLevel\":\"writer\"}");
            Reply reply = server.call(
                    "POST",
                    path(trip, "/entries"),
                    user,
                    "{\"content\":[{\"role\":\"USER\",\"text\":\"by " + user + "\"}]}",
                    "Idempotency-Key",
                    "k");
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.text("text")).isEqualTo("by " + user);
        }
    }

    @Test
    void theForkPointMustBeAnExistingEntry() {
        assertThat(server.post(path(trip, "/entries/nothing/fork"), ALICE, "{}").status())
                .isEqualTo(404);
        assertThat(server.post("/v1/conversations/nothing/entries/" + entries.get(0) + "/fork", ALICE, "{}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theForkPointMustBeAuthoredByAUser() {
        Reply reply = server.post(path(trip, "/entries/" + entries.get(1) + "/fork"), ALICE, "{}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).contains("application/problem+json");
        assertThat(reply.text("code")).isEqualTo("validation_error");
        assertThat(reply.text("detail")).contains(entries.get(1)).contains("user");
    }

    @Test
    void aForkCanBeForkedAndAllAreOfOneTree() {
        String fork = forkAt(entries.get(2));
        String forkOfFork = server.post(path(fork, "/entries/" + entries.get(0) + "/fork"), ALICE, "{}")
                .text("id");

        for (String member : List.of(trip, fork, forkOfFork)) {
            Reply forks = server.get(path(member, "/forks"), ALICE);
            assertThat(forks.status()).isEqualTo(200);
            assertThat(forks.data("conversationId")).containsExactlyInAnyOrder(trip, fork, forkOfFork);
        }
    }

    @Test
    void severalForksFromTheSamePointAreThereSimultaneously() {
        String one = forkAt(entries.get(2));
        String two = forkAt(entries.get(2));

        Reply forks = server.get(path(trip, "/forks"), ALICE);

        assertThat(forks.json().path("forkPoints")).hasSize(1);
        assertThat(forks.json().at("/forkPoints/0/entryId").asText()).isEqualTo(entries.get(2));
        assertThat(forks.json().at("/forkPoints/0/options").findValuesAsText("conversationId"))
                .containsExactly(trip, one, two);
    }

    @Test
    void deletingAnyMemberDeletesTheTreeWithEntriesAndMemberships() {
        String fork = forkAt(entries.get(2));
        server.post(path(trip, "/memberships"), ALICE, "{\"userId\":\"bob\",\"accessLevel\":\"reader\"}");
        assertThat(server.get(path(fork, ""), "bob").status()).isEqualTo(200);

        assertThat(server.call("DELETE", path(fork, ""), ALICE, "").status()).isEqualTo(204);

        for (String id : List.of(trip, fork)) {
            for (String rest : List.of("", "/entries", "/forks", "/memberships")) {
                assertThat(server.get(path(id, rest), ALICE).status())
                        .as(id + rest)
                        .isEqualTo(404);
                assertThat(server.get(path(id, rest), "bob").status()).isEqualTo(404);
            }
        }
        assertThat(server.get("/v1/conversations?mode=all", ALICE).data("id")).isEmpty();
    }

    @Test
    void aBearerTokenIsNeeded() {
        Reply reply = server.get(path(trip, "/forks"), "");

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).contains("Bearer realm=\"anabranch\"");
    }

    private String forkAt(String entryId) {
        Reply reply = server.post(path(trip, "/entries/" + entryId + "/fork"), ALICE, "{\"title\":\"again\"}");
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(201);
        return reply.text("id");
    }

    private static String path(String id, String rest) {
        return "/v1/conversations/" + id + rest;
    }
}
