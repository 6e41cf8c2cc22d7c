package dev.anabranch.server.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.anabranch.server.http.PublicUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions as workers over HTTP see them. */
class SubscriptionsFaceTest {

    private static final String NOBODY = "";
    private static final String SUBSCRIPTION = "/v1/stream/__ds/subscriptions/mailer";
    private static final String PULL_WAKE =
            "{\"type\":\"pull-wake\",\"pattern\":\"orders/*\",\"wake_stream\":\"wake/pool\"}";

    @TempDir
    private Path data;

    @Test
    void aWorkerClaimsReadsAndAcks() {
        try (TestServer server = TestServer.start(data)) {
            server.call("PUT", "/v1/stream/wake/pool", NOBODY, "", "Content-Type", "application/json");
            Reply created = server.call("PUT", SUBSCRIPTION, NOBODY, PULL_WAKE);
            assertThat(created.status()).isEqualTo(201);
            assertThat(created.text("status")).isEqualTo("active");
            assertThat(server.call("PUT", SUBSCRIPTION, NOBODY, PULL_WAKE).status())
                    .isEqualTo(200);
            assertThat(server.call("PUT", SUBSCRIPTION, NOBODY, PULL_WAKE.replace("orders", "others"))
                            .status())
                    .isEqualTo(409);
            assertError(claim(server, "me"), 409, "NO_PENDING_WORK");

            server.call("PUT", "/v1/stream/orders/1", NOBODY, "{\"item\":\"tea\"}");

            JsonNode wake = server.get("/v1/stream/wake/pool?offset=-1&live=long-poll", NOBODY)
                    .json()
                    .get(0);
            assertThat(wake.path("stream").asText()).isEqualTo("orders/1");
            Reply claim = claim(server, "me");
            assertThat(claim.status()).isEqualTo(200);
            assertThat(claim.json().at("/streams/0/acked_offset").asText()).isEqualTo("-1");
            assertError(claim(server, "you"), 409, "ALREADY_CLAIMED");
            String tail = claim.json().at("/streams/0/tail_offset").asText();
            Reply acked = ack(server, claim, "orders/1", tail);
            assertThat(acked.status()).isEqualTo(200);
            assertThat(acked.json().path("next_wake").asBoolean()).isFalse();
            assertError(ack(server, claim, "orders/1", tail), 409, "FENCED");
            assertThat(server.call("DELETE", SUBSCRIPTION, NOBODY, "").status()).isEqualTo(204);
            assertError(ack(server, claim, "orders/1", tail), 404, "SUBSCRIPTION_NOT_FOUND");
        }
    }

    @Test
    void ofManyWorkersOneAtATimeHoldsTheLeaseAndNothingIsLeftOut() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TestServer server = TestServer.start(data)) {
            server.call("PUT", SUBSCRIPTION, NOBODY, PULL_WAKE);
            server.call("PUT", "/v1/stream/orders/1", NOBODY, "[0]");
            AtomicInteger holders = new AtomicInteger();
            AtomicBoolean ended = new AtomicBoolean();
            Set<String> wakes = ConcurrentHashMap.newKeySet();
            List<Future<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String worker = "worker-" + i;
                workers.add(threads.submit(() -> work(server, worker, holders, ended, wakes)));
            }
            for (int i = 1; i <= 100; i++) {
                server.post("/v1/stream/orders/1", NOBODY, "[" + i + "]");
            }
            ended.set(true);
            int claims = 0;
            for (Future<Integer> worker : workers) {
                claims += worker.get(60, TimeUnit.SECONDS);
            }

            assertThat(wakes).hasSize(claims);
            String tail = server.call("HEAD", "/v1/stream/orders/1", NOBODY, "")
                    .header("Stream-Next-Offset")
                    .orElseThrow();
            assertThat(server.get(SUBSCRIPTION, NOBODY)
                            .json()
                            .at("/streams/0/acked_offset")
                            .asText())
                    .isEqualTo(tail);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Claims and acks until nothing is pending and nothing more comes; says how often. */
    private static int work(
            TestServer server, String worker, AtomicInteger holders, AtomicBoolean ended, Set<String> wakes) {
        int claims = 0;
        while (true) {
            boolean isLast = ended.get();
            Reply claim = claim(server, worker);
            if (claim.status() == 200) {
                claims++;
                assertThat(holders.incrementAndGet()).isEqualTo(1);
                wakes.add(claim.text("wake_id") + claim.text("generation"));
                String tail = claim.json().at("/streams/0/tail_offset").asText();
                holders.decrementAndGet();
                assertThat(ack(server, claim, "orders/1", tail).status()).isEqualTo(200);
            } else {
                String code = claim.json().at("/error/code").asText();
                assertThat(code).isIn("NO_PENDING_WORK", "ALREADY_CLAIMED");
                if (isLast && code.equals("NO_PENDING_WORK")) {
                    return claims;
                }
            }
        }
    }

    @Test
    void requestsThatMakeNoSenseAreRefusedInTheProtocolsOwnWords() {
        try (TestServer server = TestServer.start(data)) {
            for (String body : new String[] {
                "",
                "[]",
                "{}",
                "{",
                "{\"type\":\"mail\"}",
                PULL_WAKE + "x",
                "{\"type\":\"pull-wake\",\"pattern\":\"a\"}"
            }) {
                assertError(server.call("PUT", SUBSCRIPTION, NOBODY, body), 400, "INVALID_REQUEST");
            }
            assertError(
                    server.call(
                            "PUT",
                            SUBSCRIPTION,
                            NOBODY,
                            "{\"type\":\"webhook\",\"pattern\":\"a\",\"webhook\":{\"url\":\"https://example.com\"}}"),
                    400,
                    "INVALID_REQUEST");
            assertError(server.get(SUBSCRIPTION, NOBODY), 404, "SUBSCRIPTION_NOT_FOUND");
            assertError(claim(server, "me"), 404, "SUBSCRIPTION_NOT_FOUND");
            assertError(server.get(SUBSCRIPTION + "/claim", NOBODY), 405, "METHOD_NOT_ALLOWED");
            assertError(server.get("/v1/stream/__ds/nothing", NOBODY), 404, "NOT_FOUND");
            server.call("PUT", SUBSCRIPTION, NOBODY, PULL_WAKE);
            Reply noToken = server.post(SUBSCRIPTION + "/ack", NOBODY, "{\"wake_id\":\"w\",\"generation\":1}");
            assertError(noToken, 401, "TOKEN_INVALID");
            assertThat(noToken.header("WWW-Authenticate")).isPresent();
            assertError(
                    server.call(
                            "POST",
                            SUBSCRIPTION + "/ack",
                            NOBODY,
                            "{\"wake_id\":\"w\",\"generation\":1}",
                            "Authorization",
                            "Bearer forged"),
                    401,
                    "TOKEN_INVALID");
        }
    }

    @Test
    void aBodyWithoutAContentTypeOfItsOwnIsReadAllTheSame() throws Exception {
        try (TestServer server = TestServer.start(data)) {
            // As curl -d sends it.
            HttpRequest request = HttpRequest.newBuilder(server.uri(SUBSCRIPTION))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .PUT(HttpRequest.BodyPublishers.ofString(PULL_WAKE))
                    .build();

            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        }
    }

    @Test
    void aForkThatAPatternFindsBeginsAtItsForkPoint() {
        try (TestServer server = TestServer.start(data)) {
            server.call("PUT", "/v1/stream/source", NOBODY, "[1,2]");
            server.call("PUT", SUBSCRIPTION, NOBODY, PULL_WAKE);
            Reply fork =
                    server.call("PUT", "/v1/stream/orders/1", NOBODY, "[3]", "Stream-Forked-From", "/v1/stream/source");
            assertThat(fork.status()).isEqualTo(201);

            Reply claim = claim(server, "me");

            String from = claim.json().at("/streams/0/acked_offset").asText();
            assertThat(server.get("/v1/stream/orders/1?offset=" + from, NOBODY)
                            .response()
                            .body())
                    .isEqualTo("[3]");
        }
    }

    @Test
    void behindAProxyTheAddressesAreThoseOfThePublicUrl() throws Exception {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        HttpServer receiver = receiver(calls);
        int port = receiver.getAddress().getPort();
        String webhook = "{\"type\":\"webhook\",\"pattern\":\"orders/*\",\"webhook\":{\"url\":\"http://127.0.0.1:"
                + port + "/hook\"}}";
        try {
            try (TestServer server = TestServer.start(data, options -> options.withWebhooks(true))) {
                assertThat(server.call("PUT", SUBSCRIPTION, NOBODY, webhook)
                                .json()
                                .at("/webhook/signing/jwks_url")
                                .asText())
                        .startsWith("http://127.0.0.1:");
            }
            PublicUrl url = new PublicUrl("https://streams.example/below/");
            try (TestServer server =
                    TestServer.start(data, options -> options.withWebhooks(true).withPublicUrl(url))) {
                assertThat(server.get(SUBSCRIPTION, NOBODY)
                                .json()
                                .at("/webhook/signing/jwks_url")
                                .asText())
                        .isEqualTo("https://streams.example/below/v1/stream/__ds/jwks.json");

                Reply created = server.call("PUT", "/v1/stream/orders/1", NOBODY, "[1]");

                assertThat(created.header("Location")).contains("https://streams.example/below/v1/stream/orders/1");
                String call = calls.poll(30, TimeUnit.SECONDS);
                assertThat(call).isNotNull();
                // Of a subscription made before the server knew its public URL, too.
                assertThat(new ObjectMapper()
                                .readTree(call)
                                .path("callback_url")
                                .asText())
                        .isEqualTo("https://streams.example/below/v1/stream/__ds/subscriptions/mailer/callback");
            }
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void aSubscriptionTellsOnlyOfStreamsThatItsOwnerMayRead() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            String all = PULL_WAKE.replace("orders/*", "sessions/*");
            assertThat(server.call("PUT", SUBSCRIPTION, "bob", all).status()).isEqualTo(201);
            say(server, "alice");
            assertError(claim(server, "bob"), 409, "NO_PENDING_WORK");
            assertThat(server.get(SUBSCRIPTION, "bob").json().path("streams")).isEmpty();
            assertThat(server.get(SUBSCRIPTION, "alice").status()).isEqualTo(404);
            String explicit = "{\"type\":\"pull-wake\",\"streams\":[\"sessions/plan\"],\"wake_stream\":\"wake/pool\"}";
            assertError(server.call("PUT", SUBSCRIPTION + "2", "bob", explicit), 403, "FORBIDDEN");
            assertError(
                    server.post(SUBSCRIPTION + "/streams", "bob", "{\"streams\":[\"sessions/plan\"]}"),
                    403,
                    "FORBIDDEN");

            join(server, "PUT");
            say(server, "alice");
            Reply claim = claim(server, "bob");
            assertThat(claim.json().at("/streams/0/path").asText()).isEqualTo("sessions/plan");
            release(server, claim);

            join(server, "DELETE");
            assertError(claim(server, "bob"), 409, "NO_PENDING_WORK");
            assertThat(server.get(SUBSCRIPTION, "bob").json().path("streams")).isEmpty();
        }
    }

    @Test
    void wakesGoOnlyWhereTheOwnerMayWriteAnything() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "bob"))) {
            server.post("/v1/conversations", "alice", "{\"id\":\"plan\"}");
            server.post("/v1/conversations", "bob", "{\"id\":\"own\"}");
            for (String stream : new String[] {"sessions/plan", "directory", "turns/own/1", "__anabranch/access"}) {
                assertError(
                        server.call("PUT", SUBSCRIPTION, "bob", PULL_WAKE.replace("wake/pool", stream)),
                        403,
                        "FORBIDDEN");
            }
            assertThat(server.call("PUT", SUBSCRIPTION, "bob", PULL_WAKE).status())
                    .isEqualTo(201);
        }
    }

    private static Reply claim(TestServer server, String worker) {
        String user = worker.equals("bob") ? worker : NOBODY;
        return server.post(SUBSCRIPTION + "/claim", user, "{\"worker\":\"" + worker + "\"}");
    }

    private static Reply ack(TestServer server, Reply claim, String stream, String offset) {
        String body = "{\"wake_id\":\"" + claim.text("wake_id") + "\",\"generation\":" + claim.text("generation")
                + ",\"acks\":[{\"stream\":\"" + stream + "\",\"offset\":\"" + offset + "\"}],\"done\":true}";
        return server.call(
                "POST", SUBSCRIPTION + "/ack", NOBODY, body, "Authorization", "Bearer " + claim.text("token"));
    }

    private static void release(TestServer server, Reply claim) {
        String body = "{\"wake_id\":\"" + claim.text("wake_id") + "\",\"generation\":" + claim.text("generation") + "}";
        Reply released = server.call(
                "POST", SUBSCRIPTION + "/release", NOBODY, body, "Authorization", "Bearer " + claim.text("token"));
        assertThat(released.status()).isEqualTo(204);
    }

    private static void say(TestServer server, String user) {
        Reply said = server.post(
                "/v1/conversations/plan/entries", user, "{\"content\":[{\"role\":\"USER\",\"text\":\"t\"}]}");
        assertThat(said.status()).isEqualTo(201);
    }

    private static void join(TestServer server, String method) {
        Reply reply = method.equals("PUT")
                ? server.post(
                        "/v1/conversations/plan/memberships",
                        "alice",
                        "{\"userId\":\"bob\",\"accessLevel\":\"reader\"}")
                : server.call("DELETE", "/v1/conversations/plan/memberships/bob", "alice", "");
        assertThat(reply.status()).isBetween(200, 204);
    }

    private static void assertError(Reply reply, int status, String code) {
        assertThat(reply.json().at("/error/code").asText())
                .as("%s", reply.response().body())
                .isEqualTo(code);
        assertThat(reply.status()).isEqualTo(status);
    }

    private static HttpServer receiver(BlockingQueue<String> calls) throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            calls.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] done = "{\"done\":true}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, done.length);
            exchange.getResponseBody().write(done);
            exchange.close();
        });
        receiver.start();
        return receiver;
    }
}
