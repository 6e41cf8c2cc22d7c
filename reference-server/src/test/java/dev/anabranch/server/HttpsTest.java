package dev.anabranch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.tls.TestKeys;
import dev.anabranch.server.tls.TlsOptions;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.stream.HttpDurableStreams;
import dev.langchain4j.data.message.UserMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every face of the server over TLS. */
class HttpsTest {

    @TempDir
    static Path keyFolder;

    private static Path keys;

    @TempDir
    Path folder;

    private AnabranchServer server;
    private HttpClient client;

    @BeforeAll
    static void makeKeys() {
        keys = TestKeys.make(keyFolder.resolve("server.p12"));
    }

    @BeforeEach
    void start() {
        server = AnabranchServer.start(ServerOptions.DEFAULTS
                .withPort(0)
                .withDataDir(folder)
                .withTls(TlsOptions.OFF.withKeyStore(keys).withPassword(TestKeys.PASSWORD)));
        client = TestKeys.clientTrusting(keys);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri().resolve(path));
    }

    @Test
    void theServerSaysThatItSpeaksHttps() throws Exception {
        assertThat(server.uri()).hasScheme("https");
        assertThat(send(request("/health")).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsMadeIsLocatedByHttps() throws Exception {
        HttpResponse<String> made = send(request("/v1/stream/notes").PUT(HttpRequest.BodyPublishers.noBody()));

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("Location"))
                .contains(server.uri().resolve("/v1/stream/notes").toString());
    }

    @Test
    void readersGetEventsLive() throws Exception {
        send(request("/v1/stream/notes")
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.noBody()));
        HttpResponse<Stream<String>> events = client.send(
                request("/v1/stream/notes?offset=-1&live=sse").build(), HttpResponse.BodyHandlers.ofLines());

        send(request("/v1/stream/notes")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("[\"first\"]")));

        try (Stream<String> lines = events.body()) {
            assertThat(lines.filter(line -> line.contains("first")).findFirst()).isPresent();
        }
    }

    @Test
    void callsAreTakenOverAWebSocket() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(
                        URI.create(
                                "wss" + server.uri().resolve("/rpc").toString().substring("https".length())),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                                answer.complete(text.toString());
                                from.request(1);
                                return null;
                            }
                        })
                .get(20, TimeUnit.SECONDS);

        socket.sendText("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sessions.list\"}", true)
                .join();

        assertThat(answer.get(20, TimeUnit.SECONDS)).contains("\"sessions\":[]");
        socket.abort();
    }

    @Test
    void sessionsForkOverTheJavaClientWithAnHttpClientOfItsOwn() {
        try (HttpDurableStreams streams = HttpDurableStreams.builder(
                        server.uri().resolve("/v1/stream/"))
                .httpClient(client)
                .build()) {
            AgentSession session = AgentSessions.of(streams).session("plan");
            session.append(UserMessage.from("by train"));

            AgentSession branch = session.fork(ForkPoint.now(), "by boat");

            assertThat(branch.history()).hasSize(1);
        }
    }

    @Test
    void aClientThatDoesNotKnowTheCertificateDoesNotTalkToTheServer() {
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(request("/health").build(), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void browsersAreToldToKeepToHttpsButNotOfThisMachinesOwnNames() throws Exception {
        String byAddress = answer("127.0.0.1");
        String byLocalName = answer("localhost");

        assertThat(byAddress).startsWith("HTTP/1.1 200").doesNotContain("Strict-Transport-Security");
        assertThat(byLocalName).startsWith("HTTP/1.1 200").doesNotContain("Strict-Transport-Security");
        assertThat(answer("streams.example"))
                .contains("Strict-Transport-Security: max-age=15552000")
                .startsWith("HTTP/1.1 403"); // without tokens only names of this machine are answered
    }

    private String answer(String host) {
        try (Wire wire = new Wire(server.port(), client.sslContext().getSocketFactory())) {
            return wire.send("GET /health HTTP/1.1\nHost: " + host + "\n\n").response();
        }
    }
}
