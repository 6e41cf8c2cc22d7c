package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed again and again while clients append. Each client retries what was not answered, with the same
 * producer stamp, until it is. In the end every append is there exactly once, in its producer's order.
 *
 * <p>{@code -Danabranch.crash.rounds=N} makes it long.
 */
class CrashIT {

    private static final int ROUNDS = Integer.getInteger("anabranch.crash.rounds", 4);
    private static final int STREAMS = 3;
    private static final int CLIENTS = 8;
    private static final int APPENDS_BEFORE_A_KILL = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final long seed = Long.getLong("anabranch.crash.seed", System.nanoTime());
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile URI server = URI.create("http://127.0.0.1:1");
    private volatile boolean finished;

    @Test
    void everyAcknowledgedAppendIsThereExactlyOnce() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
        List<Future<Integer>> clients = new ArrayList<>();
        CountDownLatch streamsAreThere = new CountDownLatch(1);
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(pool.submit(() -> {
                streamsAreThere.await();
                return appendUntilFinished(number);
            }));
        }
        for (int round = 0; round < ROUNDS; round++) {
            ServerProcess process = ServerProcess.start(folder);
            server = process.uri();
            if (round == 0) {
                createStreams();
                streamsAreThere.countDown();
            }
            long until = acknowledged.get() + random.nextInt(APPENDS_BEFORE_A_KILL);
            while (acknowledged.get() <= until) {
                requireRunning(clients);
                TimeUnit.MICROSECONDS.sleep(200);
            }
            process.kill();
        }
        try (ServerProcess last = ServerProcess.start(folder)) {
            server = last.uri();
            finished = true;
            int appends = 0;
            Map<Integer, Integer> expected = new HashMap<>();
            for (int i = 0; i < CLIENTS; i++) {
                expected.put(i, clients.get(i).get(60, TimeUnit.SECONDS));
                appends += expected.get(i);
            }
            pool.shutdown();
            assertThat(appendsFound()).as("seed %d", seed).isEqualTo(expected);
            System.out.printf("CrashIT: %d kills, %d acknowledged, 0 lost, 0 duplicated%n", ROUNDS, appends);
        }
    }

    /** A client ends early only by a failure, such as an answer that no client of a sound server gets. */
    private static void requireRunning(List<Future<Integer>> clients) throws Exception {
        for (Future<Integer> client : clients) {
            if (client.isDone()) {
                client.get();
            }
        }
    }

    private void createStreams() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        for (int i = 0; i < STREAMS; i++) {
            HttpRequest put = HttpRequest.newBuilder(stream(i))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .header("Content-Type", "application/json")
                    .build();
            assertThat(http.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(201);
        }
    }

    private int appendUntilFinished(int client) throws InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
        int next = 0;
        while (!finished) {
            while (!append(http, client, next)) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            next++;
            acknowledged.incrementAndGet();
        }
        return next;
    }

    /** Appends two messages as one batch. False if the answer did not come. */
    private boolean append(HttpClient http, int client, int number) throws InterruptedException {
        String half = "{\"client\":" + client + ",\"number\":" + number + ",\"half\":";
        HttpRequest post = HttpRequest.newBuilder(stream(client % STREAMS))
                .POST(HttpRequest.BodyPublishers.ofString("[" + half + "0}," + half + "1}]"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .header("Producer-Id", "client-" + client)
                .header("Producer-Epoch", "0")
                .header("Producer-Seq", Integer.toString(number))
                .build();
        try {
            int status = http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode();
            assertThat(status)
                    .as("append %d of client %d, seed %d", number, client, seed)
                    .isIn(200, 204, 503);
            return status != 503;
        } catch (IOException noAnswer) {
            return false;
        }
    }

    /** How many appends of each client are there; fails if one is there twice, in part or out of order. */
    private Map<Integer, Integer> appendsFound() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        Map<Integer, Integer> halves = new HashMap<>();
        for (int i = 0; i < STREAMS; i++) {
            String offset = "-1";
            boolean upToDate = false;
            while (!upToDate) {
                HttpRequest get = HttpRequest.newBuilder(URI.create(stream(i) + "?offset=" + offset))
                        .build();
                HttpResponse<byte[]> page = http.send(get, HttpResponse.BodyHandlers.ofByteArray());
                for (JsonNode message : JSON.readTree(page.body())) {
                    int client = message.get("client").intValue();
                    int found = halves.merge(client, 1, Integer::sum) - 1;
                    assertThat(message.get("number").intValue() * 2
                                    + message.get("half").intValue())
                            .as("client %d, seed %d", client, seed)
                            .isEqualTo(found);
                }
                offset = page.headers().firstValue("Stream-Next-Offset").orElseThrow();
                upToDate = page.headers().firstValue("Stream-Up-To-Date").isPresent();
            }
        }
        Map<Integer, Integer> appends = new HashMap<>();
        halves.forEach((client, found) -> appends.put(client, found / 2));
        return appends;
    }

    private URI stream(int number) {
        return server.resolve("/v1/stream/crash/" + number);
    }
}
