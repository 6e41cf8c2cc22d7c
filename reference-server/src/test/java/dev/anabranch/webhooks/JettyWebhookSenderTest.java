package dev.anabranch.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.anabranch.webhooks.WebhookSender.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JettyWebhookSenderTest {

    private static final byte[] BODY = "{\"n\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer receiver;
    private JettyWebhookSender sender;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(threads);
        receiver.createContext(
                "/echo", http -> answer(http, 200, http.getRequestBody().readAllBytes()));
        receiver.createContext(
                "/large", http -> answer(http, 200, new byte[JettyWebhookSender.RESPONSE_BYTES_MAX + 1]));
        receiver.createContext("/moved", http -> {
            http.getResponseHeaders().set("Location", url("/echo"));
            answer(http, 307, new byte[0]);
        });
        receiver.createContext("/silent", http -> {
            requests.incrementAndGet();
            try {
                never.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            http.close();
        });
        receiver.start();
        sender = JettyWebhookSender.start(new WebhookUrls(true));
    }

    @AfterEach
    void stop() {
        never.countDown();
        sender.close();
        receiver.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theBodyArrivesAsItIsAndTheAnswerComesBack() {
        assertThat(post("/echo")).isEqualTo(new Response(200, "{\"n\":1}"));
    }

    @Test
    void redirectsAreNotFollowed() {
        assertThat(post("/moved").status()).isEqualTo(307);
        assertThat(requests).hasValue(1);
    }

    @Test
    void anAnswerThatIsTooLargeFails() {
        assertThatThrownBy(() -> post("/large")).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAbortedRequestFails() {
        WebhookSender.Sending sending = sender.post(url("/silent"), BODY, "t=1", LONG);
        sending.abort();

        assertThatThrownBy(() -> sending.response().join()).hasMessageContaining("lease");
    }

    @Test
    void aNameThatLeadsToAPrivateAddressIsNeverConnectedTo() throws IOException {
        AtomicInteger lookups = new AtomicInteger();
        InetAddress world = InetAddress.getAllByName("192.0.1.1")[0];
        // The name looks harmless when it is first checked, and points home when it is used.
        try (JettyWebhookSender tricked = JettyWebhookSender.start(
                new WebhookUrls(true),
                host -> List.of(lookups.getAndIncrement() == 0 ? world : InetAddress.getLoopbackAddress()))) {
            String url = "https://rebind.example:" + receiver.getAddress().getPort() + "/echo";

            assertThat(tricked.refusal(url).join()).isEmpty();
            assertThatThrownBy(() ->
                            tricked.post(url, BODY, "t=1", LONG).response().join())
                    .hasMessageContaining("private");
        }
        assertThat(lookups).hasValue(2);
        assertThat(requests).hasValue(0);
    }

    @Test
    void oneForbiddenAddressAmongSeveralRefusesTheName() throws IOException {
        InetAddress world = InetAddress.getAllByName("192.0.1.1")[0];
        try (JettyWebhookSender mixed = JettyWebhookSender.start(
                new WebhookUrls(true), host -> List.of(world, InetAddress.getLoopbackAddress()))) {
            assertThat(mixed.refusal("https://mixed.example/").join()).contains("private");
        }
    }

    @Test
    void aForbiddenUrlFailsWithoutALookup() {
        assertThatThrownBy(() -> sender.post("http://10.0.0.1/", BODY, "t=1", LONG)
                        .response()
                        .join())
                .hasMessageContaining("https");
    }

    private Response post(String path) {
        return sender.post(url(path), BODY, "t=1", LONG).response().join();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
    }

    private void answer(HttpExchange http, int status, byte[] body) throws IOException {
        requests.incrementAndGet();
        http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        http.getResponseBody().write(body);
        http.close();
    }
}
