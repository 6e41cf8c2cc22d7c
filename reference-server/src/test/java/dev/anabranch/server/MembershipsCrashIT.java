package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed while memberships are written. Each one that was acknowledged holds after the restart. */
class MembershipsCrashIT {

    private static final int ROUNDS = 3;
    private static final int WRITERS = 4;
    private static final int WRITTEN_BEFORE_A_KILL = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();

    @Test
    void acknowledgedMembershipsSurviveAKill() throws Exception {
        Path tokens = folder.resolve("tokens");
        Files.writeString(tokens, TestServer.line("alice-secret", "alice", "read,append") + "\n");
        for (int round = 0; round < ROUNDS; round++) {
            ServerProcess server = ServerProcess.start(folder.resolve("data"), "--token-file", tokens.toString());
            if (round == 0) {
                assertThat(send(server.uri(), "POST", "/v1/conversations", "{\"id\":\"plan\"}"))
                        .isEqualTo(201);
            }
            assertThat(members(server.uri())).containsAll(acknowledged).contains("alice");
            writeUntilKilled(server, round);
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--token-file", tokens.toString())) {
            assertThat(members(server.uri())).containsAll(acknowledged).contains("alice");
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * WRITTEN_BEFORE_A_KILL);
        }
    }

    private void writeUntilKilled(ServerProcess server, int round) throws Exception {
        CountDownLatch enough = new CountDownLatch(WRITTEN_BEFORE_A_KILL);
        ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String name = "user-" + round + "-" + i + "-";
            writers.add(pool.submit(() -> writeMembers(server.uri(), name, enough)));
        }
        assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
        server.kill();
        for (Future<?> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();
    }

    /** Until the server is gone. */
    private Void writeMembers(URI server, String name, CountDownLatch enough) throws InterruptedException {
        for (int number = 0; ; number++) {
            String user = name + number;
            try {
                int status = send(
                        server,
                        "POST",
                        "/v1/conversations/plan/memberships",
                        "{\"userId\":\"" + user + "\",\"accessLevel\":\"reader\"}");
                assertThat(status).isEqualTo(201);
            } catch (IOException killed) {
                return null;
            }
            acknowledged.add(user);
            enough.countDown();
        }
    }

    private List<String> members(URI server) throws IOException, InterruptedException {
        HttpRequest request =
                request(server, "/v1/conversations/plan/memberships").GET().build();
        JsonNode answer = JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        List<String> users = new ArrayList<>();
        answer.path("data").forEach(member -> users.add(member.path("userId").asText()));
        return users;
    }

    private int send(URI server, String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = request(server, path)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static HttpRequest.Builder request(URI server, String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer alice-secret")
                .header("Content-Type", "application/json");
    }
}
