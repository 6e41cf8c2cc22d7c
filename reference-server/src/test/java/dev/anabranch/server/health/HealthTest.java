package dev.anabranch.server.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.TestServer;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HealthTest {

    private final StreamEngine engine = mock();
    private long now;

    @Test
    void aServerThatTakesWritesIsLiveAndReadyAlsoForThoseWithoutAToken(@TempDir Path folder) {
        try (TestServer server = TestServer.start(folder, TestServer.users("alice"))) {
            for (String path : new String[] {"/health", "/health/live", "/health/ready"}) {
                assertThat(server.get(path, "").status()).isEqualTo(200);
                assertThat(server.call("HEAD", path, "", "").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aStoreThatTakesNoWritesIsLiveAndNotReady() throws Exception {
        when(engine.probe())
                .thenReturn(CompletableFuture.failedFuture(new StreamsUnavailableException(
                        Cause.STORAGE_FULL, Outcome.NOT_DONE, "the store has no room left", null)));
        Javalin javalin = Javalin.create(config -> new HealthFace(engine, () -> now).declare(config));
        javalin.start("127.0.0.1", 0);
        try {
            HttpResponse<String> ready = get(javalin, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(ready.body()).contains("the store has no room left");
            assertThat(get(javalin, "/health").statusCode()).isEqualTo(503);
            assertThat(get(javalin, "/health/live").statusCode()).isEqualTo(200);
        } finally {
            javalin.stop();
        }
    }

    @Test
    void aStoreThatWasFoundDamagedIsReadyAndNotHealthy() throws Exception {
        when(engine.probe()).thenReturn(CompletableFuture.completedFuture(null));
        when(engine.isDamaged()).thenReturn(true);
        Javalin javalin = Javalin.create(config -> new HealthFace(engine, () -> now).declare(config));
        javalin.start("127.0.0.1", 0);
        try {
            HttpResponse<String> health = get(javalin, "/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("damaged").doesNotContain("\"ready\"");
            assertThat(get(javalin, "/health/ready").statusCode()).isEqualTo(200);
        } finally {
            javalin.stop();
        }
    }

    @Test
    void askingOftenProbesTheStoreOnceInASecond() {
        when(engine.probe()).thenReturn(CompletableFuture.completedFuture(null));
        Readiness readiness = new Readiness(engine, () -> now);

        readiness.check().join();
        now += Readiness.HOLDS.toNanos() - 1;
        readiness.check().join();
        verify(engine, times(1)).probe();

        now += 1;
        readiness.check().join();
        verify(engine, times(2)).probe();
    }

    @Test
    void aProbeThatIsUnderWayServesAllWhoAsk() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        when(engine.probe()).thenReturn(slow);
        Readiness readiness = new Readiness(engine, () -> now);

        CompletableFuture<Void> first = readiness.check();
        now += 2 * Readiness.HOLDS.toNanos();
        CompletableFuture<Void> second = readiness.check();
        verify(engine, times(1)).probe();

        slow.complete(null);
        first.join();
        second.join();
    }

    private static HttpResponse<String> get(Javalin javalin, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + javalin.port() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
