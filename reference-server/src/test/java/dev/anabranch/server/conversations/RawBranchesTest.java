package dev.anabranch.server.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.stream.HttpDurableStreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions forked and deleted by requests to their streams, as the other faces see them. */
class RawBranchesTest {

    private static final String NOBODY = "";
    private static final String STREAMS = "/v1/stream/sessions/";

    @TempDir
    private Path data;

    private TestServer server;

    @BeforeEach
    void talk() {
        server = TestServer.start(data);
        server.post("/v1/conversations", NOBODY, "{\"id\":\"plan\",\"title\":\"Plan\"}");
        server.post(
                "/v1/conversations/plan/entries", NOBODY, "{\"content\":[{\"role\":\"USER\",\"text\":\"Where to?\"}]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aForkByTheProtocolIsABranchOnAllFaces() {
        assertThat(fork("plan", "raw").status()).isEqualTo(201);
        assertThat(fork("plan", "raw").status()).isEqualTo(200);

        assertThat(tree()).containsExactlyInAnyOrder("plan", "raw");
        assertThat(server.get("/v1/conversations/raw/entries", NOBODY).data("text"))
                .containsExactly("Where to?");
        assertThat(server.get("/v1/conversations/raw", NOBODY)
                        .json()
                        .path("forkPoint")
                        .asInt(-1))
                .isEqualTo(1);
        assertThat(server.post("/v1/conversations/raw/fork", NOBODY, "{}").status())
                .isEqualTo(201);
        assertThat(tree()).hasSize(3);
    }

    @Test
    void branchesNestNoDeeperByTheProtocolThanByOtherFaces() {
        String parent = "plan";
        for (int depth = 1; depth <= TreeLimits.DEFAULTS.depth(); depth++) {
            String branch = "b" + depth;
            assertThat(fork(parent, branch).status()).as(branch).isEqualTo(201);
            parent = branch;
        }

        Reply tooDeep = fork(parent, "deeper");

        assertThat(tooDeep.status()).isEqualTo(403);
        assertThat(tooDeep.text("code")).isEqualTo("limit_exceeded");
        assertThat(server.get(STREAMS + "deeper", NOBODY).status()).isEqualTo(404);
        assertThat(server.post("/v1/conversations/" + parent + "/fork", NOBODY, "{}")
                        .status())
                .isEqualTo(429);
        assertThat(fork("plan", "beside").status()).isEqualTo(201);
    }

    @Test
    void aForkThatComesToNothingIsNotListed() {
        assertThat(forkAtNoPlace("plan", "raw").status()).isEqualTo(400);
        assertThat(fork("none", "raw").status()).isEqualTo(404);
        awaitPlanAlone();
        assertThat(fork("plan", "raw").status()).isEqualTo(201);
        assertThat(tree()).containsExactlyInAnyOrder("plan", "raw");
    }

    @Test
    void aBranchDeletedByTheProtocolMakesRoom() {
        fork("plan", "raw");
        assertThat(tree()).containsExactlyInAnyOrder("plan", "raw");

        assertThat(server.call("DELETE", STREAMS + "raw", NOBODY, "").status()).isEqualTo(204);

        awaitPlanAlone();
        assertThat(fork("plan", "raw").status()).isEqualTo(201);
    }

    @Test
    void aBranchMadeAgainRightAfterItWasDeletedOrRefusedStaysListed() {
        List<String> branches = new ArrayList<>(List.of("plan"));
        for (int round = 0; round < 30; round++) {
            String branch = "b" + round;
            branches.add(branch);
            if (round % 2 == 0) {
                assertThat(fork("plan", branch).status()).isEqualTo(201);
                server.call("DELETE", STREAMS + branch, NOBODY, "");
            } else {
                assertThat(forkAtNoPlace("plan", branch).status()).isEqualTo(400);
            }
            assertThat(fork("plan", branch).status()).isEqualTo(201);
        }

        // Whatever is still under way when the server is closed has ended when it is open again.
        server.close();
        server = TestServer.start(data);
        assertThat(tree()).containsExactlyInAnyOrderElementsOf(branches);
    }

    @Test
    void amongUsersASessionIsForkedToASessionOnlySoThatNoForkIsUncountedOrEverybodys() {
        server.close();
        server = TestServer.start(data, TestServer.users("alice"));
        server.post("/v1/conversations", "alice", "{\"id\":\"hers\",\"title\":\"Plan\"}");
        for (String name : List.of("archive/copy", "copy", "sessions/two/parts", "turns/hers/copy")) {
            Reply elsewhere =
                    server.call("PUT", "/v1/stream/" + name, "alice", "", "Stream-Forked-From", STREAMS + "hers");

            assertThat(elsewhere.status()).as(name).isEqualTo(403);
            assertThat(elsewhere.text("code")).isEqualTo("forbidden");
            assertThat(elsewhere.text("detail")).contains("/v1/stream/sessions/{id}");
            assertThat(server.get("/v1/stream/" + name, "alice").status()).isEqualTo(404);
        }
    }

    @Test
    void aloneOneForksWhatOneLikesToWhereOneLikes() {
        Reply copy = server.call("PUT", "/v1/stream/copy", NOBODY, "", "Stream-Forked-From", STREAMS + "plan");

        assertThat(copy.status()).isEqualTo(201);
        assertThat(server.get("/v1/stream/copy?offset=-1", NOBODY).json().toString())
                .contains("Where to?");
        assertThat(tree()).containsExactly("plan");
    }

    @Test
    void theNameOfADeletedSessionThatBranchesStillReadIsTaken() {
        fork("plan", "raw");
        assertThat(server.call("DELETE", STREAMS + "plan", NOBODY, "").status()).isEqualTo(204);

        assertThat(fork("raw", "plan").status()).isEqualTo(409);
        assertThat(server.get("/v1/conversations/raw/entries", NOBODY).data("text"))
                .containsExactly("Where to?");
    }

    @Test
    void aBranchThatAnApplicationMakesOverHttpIsCountedOnce() {
        try (HttpDurableStreams streams = HttpDurableStreams.connect(server.uri("/v1/stream"));
                AgentSessions sessions = AgentSessions.of(streams)) {
            AgentSession branch = sessions.session("plan").fork(ForkPoint.now(), "mine");

            assertThat(tree()).containsExactlyInAnyOrder("plan", branch.id());
            String lines = server.get("/v1/stream/directory", NOBODY).response().body();
            assertThat(lines.split("\"key\":\"" + branch.id() + "\"", -1)).hasSize(2);
        }
    }

    private Reply fork(String from, String to) {
        return server.call("PUT", STREAMS + to, NOBODY, "", "Stream-Forked-From", STREAMS + from);
    }

    private Reply forkAtNoPlace(String from, String to) {
        String[] place = {
            "Stream-Forked-From", STREAMS + from, "Stream-Fork-Offset", "9999999999999999_9999999999999999"
        };
        return server.call("PUT", STREAMS + to, NOBODY, "", place);
    }

    /** The directory follows a moment after the answer. */
    private void awaitPlanAlone() {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!tree().equals(List.of("plan"))) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    private List<String> tree() {
        return server.get("/v1/conversations/plan/forks", NOBODY).data("conversationId");
    }
}
