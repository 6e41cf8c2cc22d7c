package dev.anabranch.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** How long a fork takes, one after the other, of sources of different lengths. Speaks the plain protocol. */
final class ForkBenchmark {

    private static final int BATCH = 500;
    private static final int WARM_UP_FORKS = 300;
    private static final String MESSAGE = "{\"role\":\"user\",\"text\":\"" + "the river parts and joins again ".repeat(6) + "\"}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI server;

    private ForkBenchmark(URI server) {
        this.server = server;
    }

    /** Arguments: the server's name and address, lengths of sources, forks of each. */
    public static void main(String[] arguments) throws Exception {
        ForkBenchmark benchmark = new ForkBenchmark(URI.create(arguments[1]));
        List<Integer> lengths =
                Arrays.stream(arguments[2].split(",", -1)).map(Integer::valueOf).toList();
        int forks = Integer.parseInt(arguments[3]);
        benchmark.create("warm-up", BATCH);
        benchmark.fork("warm-up", WARM_UP_FORKS);
        System.out.printf(Locale.ROOT, "%-24s %10s %12s %12s%n", "server", "messages", "p50 ms/fork", "p95 ms/fork");
        for (int length : lengths) {
            String source = "source-" + length;
            benchmark.create(source, length);
            double[] millis = benchmark.fork(source, forks);
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %10d %12.3f %12.3f%n",
                    arguments[0],
                    length,
                    millis[millis.length / 2],
                    millis[millis.length * 95 / 100]);
        }
    }

    private void create(String name, int messages) throws IOException, InterruptedException {
        send(request(name).PUT(BodyPublishers.noBody()));
        for (int left = messages; left > 0; left -= BATCH) {
            String batch = String.join(",", Collections.nCopies(Math.min(BATCH, left), MESSAGE));
            send(request(name).POST(BodyPublishers.ofString("[" + batch + "]")));
        }
    }

    /** Times in milliseconds, ascending. */
    private double[] fork(String source, int forks) throws IOException, InterruptedException {
        double[] millis = new double[forks];
        for (int i = 0; i < forks; i++) {
            HttpRequest.Builder fork = request(source + "-fork-" + i)
                    .header("Stream-Forked-From", "/v1/stream/" + source)
                    .PUT(BodyPublishers.noBody());
            long start = System.nanoTime();
            send(fork);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    private HttpRequest.Builder request(String name) {
        return HttpRequest.newBuilder(server.resolve("/v1/stream/" + name)).header("Content-Type", "application/json");
    }

    private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(answer + ": " + answer.body());
        }
    }
}
