package dev.anabranch.stream;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A tail of a server whose answers a test plans. */
@SuppressWarnings("try") // tailings are held open, not spoken to
abstract class HttpTailFixture {

    static final StreamName NAME = new StreamName("s");
    static final String JSON = "Content-Type: application/json";
    static final String UP_TO_DATE = "Stream-Up-To-Date: true";

    final FaultProxy server = FaultProxy.to(URI.create("http://127.0.0.1:9/v1/stream"));
    final TailRecorder seen = new TailRecorder();

    @AfterEach
    void close() {
        server.close();
    }

    HttpDurableStreams.Builder client() {
        return HttpDurableStreams.builder(server.uri()).backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    }

    static Fault page(String body, String next, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = JSON;
        all[1] = "Stream-Next-Offset: " + next;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return Fault.answer(200, body, all);
    }

    static Fault waited(String next, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = UP_TO_DATE;
        all[1] = "Stream-Next-Offset: " + next;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return Fault.answer(204, "", all);
    }

    void end() {
        server.next(waited("0_9", "Stream-Closed: true"));
        server.next(page("[]", "0_9", UP_TO_DATE, "Stream-Closed: true"));
    }

    void tail(HttpDurableStreams streams) {
        try (streams;
                Tailing tailing = streams.tail(NAME, Offset.BEGINNING, seen)) {
            seen.end();
        }
    }

    List<String> messages() {
        return seen.pages().stream()
                .flatMap(page -> page.messages().stream())
                .map(Payload::utf8)
                .toList();
    }

    static Fault sse(String events) {
        return Fault.answer(200, events, "Content-Type: text/event-stream; charset=utf-8");
    }
}
