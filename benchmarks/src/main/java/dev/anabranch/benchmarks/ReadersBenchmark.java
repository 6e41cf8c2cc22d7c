package dev.anabranch.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Many readers of one stream, who follow it by SSE, and appends at a steady rate. Delivery is the time from the sending of
 * an append until a reader has it; the moment of sending travels in the message.
 */
final class ReadersBenchmark {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI stream;
    private final ConcurrentLinkedQueue<Long> appends = new ConcurrentLinkedQueue<>();
    private final LongAdder failed = new LongAdder();

    private ReadersBenchmark(URI server) {
        this.stream = server.resolve("/v1/stream/readers");
    }

    /** Arguments: the server's name and address, how many readers, appends a second, seconds. */
    public static void main(String[] arguments) throws Exception {
        ReadersBenchmark benchmark = new ReadersBenchmark(URI.create(arguments[1]));
        int readers = Integer.parseInt(arguments[2]);
        int rate = Integer.parseInt(arguments[3]);
        int appends = rate * Integer.parseInt(arguments[4]);
        benchmark.create();
        try (SseReaders following = SseReaders.of(benchmark.stream, readers)) {
            following.awaitConnected();
            benchmark.append(appends, rate);
            long[] deliveries = following.deliveries((long) readers * appends, PATIENCE_NANOS);
            benchmark.print(arguments[0], readers, rate, deliveries, (long) readers * appends);
        }
    }

    private void create() throws IOException, InterruptedException {
        HttpRequest put = HttpRequest.newBuilder(stream)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.noBody())
                .build();
        if (client.send(put, BodyHandlers.discarding()).statusCode() >= 300) {
            throw new IOException("the stream was not created");
        }
    }

    /** Sends at the rate, whether or not earlier appends were answered; returns when the last has been. */
    private void append(int count, int rate) {
        long interval = 1_000_000_000L / rate;
        long due = System.nanoTime();
        CompletableFuture<?>[] answers = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            due += interval;
            long sent = System.nanoTime();
            HttpRequest post = HttpRequest.newBuilder(stream)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            "{\"at\":" + sent + ",\"text\":\"" + "the river parts and joins again ".repeat(6) + "\"}"))
                    .build();
            answers[i] = client.sendAsync(post, BodyHandlers.discarding()).handle((answer, failure) -> {
                appends.add(System.nanoTime() - sent);
                if (failure != null || answer.statusCode() >= 300) {
                    failed.increment();
                }
                return answer;
            });
        }
        CompletableFuture.allOf(answers).join();
    }

    private void print(String name, int readers, int rate, long[] deliveries, long expected) {
        long[] answered = appends.stream().mapToLong(Long::longValue).sorted().toArray();
        Arrays.sort(deliveries);
        System.out.printf(
                Locale.ROOT,
                "%-24s %d readers, %d appends/s: append p50 %.1f ms, p99 %.1f ms, failed %d; delivery p50 %.1f ms, p99 %.1f ms; %d of %d delivered%n",
                name,
                readers,
                rate,
                percentile(answered, 50),
                percentile(answered, 99),
                failed.sum(),
                percentile(deliveries, 50),
                percentile(deliveries, 99),
                deliveries.length,
                expected);
    }

    private static double percentile(long[] ascending, int percent) {
        return ascending.length == 0 ? Double.NaN : ascending[(ascending.length - 1) * percent / 100] / 1e6;
    }
}
