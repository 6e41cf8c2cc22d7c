package dev.anabranch.stream;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A client of a server whose answers a test plans. */
abstract class HttpFaultsFixture {

    static final StreamName NAME = new StreamName("s");
    static final AppendRequest PLAIN = AppendRequest.json(List.of("1"));
    static final AppendRequest PRODUCED = PLAIN.withProducer(new Producer("p", 0, 0));
    static final Fault APPENDED = Fault.answer(204, "", "Stream-Next-Offset: 0_1");
    static final Fault PAGE = Fault.answer(200, "[1]", "Content-Type: application/json", "Stream-Next-Offset: 0_1");

    final FaultProxy server = FaultProxy.to(URI.create("http://127.0.0.1:9/v1/stream"));
    final HttpDurableStreams streams = patient().build();

    HttpDurableStreams.Builder patient() {
        return HttpDurableStreams.builder(server.uri()).backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    }

    @AfterEach
    void close() {
        streams.close();
        server.close();
    }
}
