package dev.anabranch.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.server.TestServer;
import dev.anabranch.server.TestServer.Reply;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps people out, over HTTP, on a whole server. */
class WireSecurityTest {

    private static final String ISSUER = "https://login.example";

    @TempDir
    private Path data;

    @Test
    void jwtsOfTheIssuerAreTakenAndNothingThatLooksLikeThem() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("k1").generate();
        RSAKey forged = new RSAKeyGenerator(2048).keyID("k1").generate();
        RSAKey next = new RSAKeyGenerator(2048).keyID("k2").generate();
        try (Issuer issuer = new Issuer(key);
                TestServer server = TestServer.start(
                        data,
                        options -> options.withSecurity(options.security()
                                .withTokens(List.of(TestServer.line("alice-secret", "alice", "read")))
                                .withJwt(new JwtOptions(ISSUER, issuer.uri(), "anabranch"))))) {
            assertThat(create(server, signed(claims().build(), key)).status()).isEqualTo(201);
            assertThat(get(server, signed(claims().build(), key)).text("ownerUserId"))
                    .isEqualTo("dora");
            assertThat(server.get("/v1/conversations/plan", "alice").status()).isEqualTo(404);
            assertThat(get(server, signed(claims().subject("eve").build(), key)).status())
                    .isEqualTo(404);
            assertThat(get(server, signed(claims().claim("scope", "append").build(), key))
                            .status())
                    .isEqualTo(403);

            assertRefused(
                    server,
                    "expired",
                    signed(claims().expirationTime(in(Duration.ofHours(-1))).build(), key));
            assertRefused(
                    server,
                    "another issuer",
                    signed(claims().issuer("https://evil.example").build(), key));
            assertRefused(
                    server, "another audience", signed(claims().audience("else").build(), key));
            assertRefused(server, "alg none", new PlainJWT(claims().build()).serialize());
            assertRefused(server, "HS256 with the public key", signedWithPublicKey(key));
            assertRefused(server, "another key of the same name", signed(claims().build(), forged));

            issuer.publish(next);
            assertThat(get(server, signed(claims().build(), next)).status())
                    .as("a key published later")
                    .isEqualTo(200);
        }
    }

    @Test
    void aTokenThatSpentItsRequestsIs429WithRetryAfterAndOthersAreNot() {
        try (TestServer server = TestServer.start(
                data,
                options -> TestServer.users("alice", "bob")
                        .apply(options)
                        .withSecurity(TestServer.users("alice", "bob")
                                .apply(options)
                                .security()
                                .withRateLimit(1, 3)))) {
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                replies.add(server.get("/v1/conversations", "alice"));
            }
            Reply last = replies.stream()
                    .filter(reply -> reply.status() == 429)
                    .findFirst()
                    .orElseThrow();

            assertThat(replies.get(0).status()).isEqualTo(200);
            assertThat(last.text("code")).isEqualTo("limit_exceeded");
            assertThat(last.header("Retry-After")).contains("1");
            assertThat(server.get("/v1/conversations", "bob").status()).isEqualTo(200);
            assertThat(server.get("/health/live", "").status()).isEqualTo(200);
        }
    }

    @Test
    void onlyKnownHostsAndTheServersOwnPagesAreAnswered() {
        try (TestServer server = TestServer.start(
                data,
                options -> options.withSecurity(options.security()
                        .withHosts(Set.of("chat.example"))
                        .withCorsOrigins(Set.of("https://app.example"))))) {
            int port = server.uri("/").getPort();

            assertThat(answer(port, "GET", "Host: evil.example"))
                    .contains(" 403 ")
                    .contains("host of the request");
            assertThat(answer(port, "GET", "Host: chat.example")).contains(" 200 ");
            assertThat(answer(port, "GET", "Host: localhost:" + port)).contains(" 200 ");

            String own = "Host: localhost:" + port + "\r\nOrigin: http://localhost:" + port;
            String foreign = "Host: localhost:" + port + "\r\nOrigin: http://evil.example";
            String app = "Host: localhost:" + port + "\r\nOrigin: https://app.example";
            assertThat(answer(port, "POST", own)).contains(" 201 ");
            assertThat(answer(port, "POST", app)).contains(" 201 ");
            assertThat(answer(port, "POST", foreign)).contains(" 403 ").contains("origin");
            assertThat(answer(port, "GET", foreign)).contains(" 200 ").doesNotContainIgnoringCase("allow-origin");
            assertThat(answer(port, "GET", app)).contains("Access-Control-Allow-Origin: https://app.example");
            assertThat(answer(port, "OPTIONS", foreign)).doesNotContainIgnoringCase("allow-origin");
            assertThat(answer(port, "GET", "Host: localhost"))
                    .as("a cache keeps what a page of another origin gets apart")
                    .contains("Vary: Origin");
            String upgrade = "\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: Upgrade";
            assertThat(answer(port, "GET /rpc", foreign + upgrade)).contains(" 403 ");
        }
    }

    @Test
    void aMemoryStoreReadsAndWritesWhatItsUserMay() {
        try (TestServer server = TestServer.start(data, TestServer.users("alice", "reader", "writer", "mallory"))) {
            List<ChatMessage> talk = List.of(UserMessage.from("Where to?"), AiMessage.from("To the sea."));
            DurableStreamChatMemoryStore alice = store(server, "alice");
            alice.updateMessages("plan", talk);
            member(server, "reader");
            member(server, "writer");

            DurableStreamChatMemoryStore reader = store(server, "reader");
            assertThat(reader.getMessages("plan")).isEqualTo(talk);
            List<ChatMessage> more = new ArrayList<>(reader.getMessages("plan"));
            more.add(UserMessage.from("loot"));
            assertThatThrownBy(() -> reader.updateMessages("plan", more)).isInstanceOf(RuntimeException.class);

            DurableStreamChatMemoryStore mallory = store(server, "mallory");
            assertThat(mallory.getMessages("plan")).isEmpty();
            assertThatThrownBy(() -> mallory.updateMessages("plan", List.of(UserMessage.from("loot"))))
                    .isInstanceOf(RuntimeException.class);
            assertThat(store(server, "alice").getMessages("plan")).isEqualTo(talk);

            DurableStreamChatMemoryStore writer = store(server, "writer");
            List<ChatMessage> wider = new ArrayList<>(writer.getMessages("plan"));
            wider.add(UserMessage.from("Which one?"));
            writer.updateMessages("plan", wider);
            assertThat(store(server, "alice").getMessages("plan")).isEqualTo(wider);
            assertThatThrownBy(() -> store(server, "nobody").getMessages("plan"))
                    .isInstanceOf(RuntimeException.class);
        }
    }

    private static void member(TestServer server, String level) {
        String body = "{\"userId\":\"" + level + "\",\"accessLevel\":\"" + level + "\"}";
        assertThat(server.post("/v1/conversations/plan/memberships", "alice", body)
                        .status())
                .isEqualTo(201);
    }

    private static DurableStreamChatMemoryStore store(TestServer server, String user) {
        return DurableStreamChatMemoryStore.builder()
                .baseUrl(server.uri("/v1/stream/").toString())
                .bearerToken(user + "-secret")
                .build();
    }

    private static void assertRefused(TestServer server, String what, String token) {
        Reply reply = get(server, token);
        assertThat(reply.status()).as(what).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate").orElse("")).as(what).contains("invalid_token");
        assertThat(reply.response().body()).as(what).doesNotContain(token);
    }

    private static Reply create(TestServer server, String token) {
        return server.call("POST", "/v1/conversations", "", "{\"id\":\"plan\"}", "Authorization", "Bearer " + token);
    }

    private static Reply get(TestServer server, String token) {
        return server.call("GET", "/v1/conversations/plan", "", "", "Authorization", "Bearer " + token);
    }

    /** The whole answer to a request with these headers, to a path that is {@code /v1/conversations} unless named. */
    private static String answer(int port, String request, String headers) {
        String line = request.contains(" ") ? request : request + " /v1/conversations";
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            String close = headers.contains("Connection:") ? "" : "Connection: close\r\n";
            String body = request.equals("POST") ? "Content-Length: 2\r\n\r\n{}" : "\r\n";
            socket.getOutputStream()
                    .write((line + " HTTP/1.1\r\n" + headers + "\r\n" + close + body)
                            .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(20_000);
            byte[] start = socket.getInputStream().readNBytes(close.isEmpty() ? 30 : 4_000);
            return new String(start, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("anabranch")
                .subject("dora")
                .expirationTime(in(Duration.ofMinutes(5)))
                .claim("scope", "read append");
    }

    private static Date in(Duration fromNow) {
        return Date.from(Instant.now().plus(fromNow));
    }

    private static String signed(JWTClaimsSet claims, RSAKey key) throws JOSEException {
        return signed(JWSAlgorithm.RS256, claims, key, new RSASSASigner(key));
    }

    private static String signedWithPublicKey(RSAKey key) throws JOSEException {
        byte[] secret = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        return signed(JWSAlgorithm.HS256, claims().build(), key, new MACSigner(secret));
    }

    private static String signed(JWSAlgorithm algorithm, JWTClaimsSet claims, RSAKey key, JWSSigner signer)
            throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    /** Publishes keys. */
    private static final class Issuer implements AutoCloseable {

        private final HttpServer http;
        private volatile byte[] keys;

        Issuer(RSAKey key) throws IOException {
            keys = bytes(key);
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", exchange -> {
                byte[] now = keys;
                exchange.sendResponseHeaders(200, now.length);
                exchange.getResponseBody().write(now);
                exchange.close();
            });
            http.start();
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/keys");
        }

        void publish(RSAKey key) {
            keys = bytes(key);
        }

        @Override
        public void close() {
            http.stop(0);
        }

        private static byte[] bytes(RSAKey key) {
            return new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    @Test
    void aStreamNamesTheMethodsThatItKnows() {
        try (TestServer server = TestServer.start(data)) {
            int port = server.uri("/").getPort();

            assertThat(answer(port, "OPTIONS /v1/stream/a", "Host: localhost"))
                    .contains(
                            " 204 ",
                            "\r\nAllow: GET, HEAD, PUT, POST, DELETE, OPTIONS\r\n",
                            "\r\nX-Content-Type-Options: nosniff\r\n")
                    .doesNotContain("PATCH");
            assertThat(answer(port, "OPTIONS /v1/conversations/a", "Host: localhost"))
                    .contains(
                            " 204 ",
                            "\r\nAccess-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n")
                    .doesNotContain("\r\nAllow:");
        }
    }
}
