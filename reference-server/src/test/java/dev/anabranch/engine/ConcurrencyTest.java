package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many callers at once, on disk: what each of them saw must fit one order. */
class ConcurrencyTest {

    private static final StreamName SOURCE = new StreamName("source");
    private static final int WRITERS = 4;
    private static final int APPENDS = 150;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private EmbeddedDurableStreams streams;

    @BeforeEach
    void open(@TempDir Path folder) {
        streams = EmbeddedDurableStreams.open(folder);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        streams.close();
    }

    @Test
    void readsArePrefixesOfOneOrderAndSeeEveryAppendThatWasAcknowledgedBefore() throws Exception {
        streams.create(SOURCE, CreateRequest.JSON);
        Map<String, Long> tails = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<List<String>> seen = new ConcurrentLinkedQueue<>();
        List<Future<?>> running = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            running.add(start(() -> {
                for (int i = 0; i < APPENDS; i++) {
                    String message = String.valueOf(number * 1000 + i);
                    AppendResult.Appended appended =
                            (AppendResult.Appended) streams.append(SOURCE, AppendRequest.json(List.of(message)));
                    tails.put(message, Positions.position(appended.tail(), Long.MAX_VALUE));
                }
            }));
            running.add(start(() -> {
                for (int i = 0; i < APPENDS; i++) {
                    List<String> acknowledged = List.copyOf(tails.keySet());
                    List<String> all = read(SOURCE);
                    assertThat(all).containsAll(acknowledged);
                    seen.add(all);
                }
            }));
        }
        finish(running);

        List<String> order = read(SOURCE);
        assertThat(order).hasSize(WRITERS * APPENDS).doesNotHaveDuplicates();
        tails.forEach(
                (message, tail) -> assertThat(order.get(tail.intValue() - 1)).isEqualTo(message));
        assertThat(seen).allSatisfy(read -> assertThat(read).isEqualTo(order.subList(0, read.size())));
    }

    @Test
    void aForkSharesWhatWasAcknowledgedBeforeItWasAskedForAndNothingThatCameAfter() throws Exception {
        streams.create(SOURCE, CreateRequest.JSON);
        Map<String, Boolean> acknowledged = new ConcurrentHashMap<>();
        Map<StreamName, List<String>> before = new ConcurrentHashMap<>();
        List<Future<?>> running = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            running.add(start(() -> {
                for (int i = 0; i < APPENDS; i++) {
                    String message = String.valueOf(number * 1000 + i);
                    streams.append(SOURCE, AppendRequest.json(List.of(message)));
                    acknowledged.put(message, true);
                }
            }));
            running.add(start(() -> {
                for (int i = 0; i < APPENDS; i++) {
                    StreamName fork = new StreamName("fork/" + number + "/" + i);
                    before.put(fork, List.copyOf(acknowledged.keySet()));
                    assertThat(streams.fork(fork, ForkRequest.atTail(SOURCE))).isInstanceOf(CreateResult.Created.class);
                    List<String> source = read(SOURCE);
                    List<String> shared = read(fork);
                    assertThat(shared).isEqualTo(source.subList(0, shared.size()));
                }
            }));
        }
        finish(running);

        List<String> order = read(SOURCE);
        before.forEach((fork, messages) -> {
            List<String> shared = read(fork);
            assertThat(shared).isEqualTo(order.subList(0, shared.size())).containsAll(messages);
        });
    }

    @Test
    void aForkThatRacesTheDeletionOfItsSourceHasAllOfItOrIsRefused() throws Exception {
        for (int round = 0; round < 60; round++) {
            StreamName source = new StreamName("racing/" + round);
            streams.create(source, CreateRequest.JSON.withBody(Payload.of("[1,2,3]")));
            List<Future<?>> running = new ArrayList<>();
            List<StreamName> made = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                StreamName fork = new StreamName("racing/" + round + "/fork/" + i);
                running.add(start(() -> {
                    try {
                        if (streams.fork(fork, ForkRequest.atTail(source)) instanceof CreateResult.Created) {
                            made.add(fork);
                        }
                    } catch (StreamNotFoundException | StreamGoneException tooLate) {
                        assertThat(tooLate).isNotNull();
                    }
                }));
            }
            running.add(start(() -> assertThat(streams.delete(source)).isTrue()));
            finish(running);

            for (StreamName fork : made) {
                assertThat(read(fork)).as("round %s", round).containsExactly("1", "2", "3");
                assertThat(streams.delete(fork)).isTrue();
            }
            assertThat(streams.head(source))
                    .as("round %s: nothing keeps the source", round)
                    .isEmpty();
        }
    }

    @Test
    void oneOfManyCreationsOfAStreamMakesIt() throws Exception {
        for (int round = 0; round < 30; round++) {
            StreamName name = new StreamName("same/" + round);
            List<Callable<CreateResult>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> streams.create(name, CreateRequest.JSON.withBody(Payload.of("1"))));
            }
            List<CreateResult> results = new ArrayList<>();
            for (Future<CreateResult> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            assertThat(results)
                    .filteredOn(CreateResult.Created.class::isInstance)
                    .hasSize(1);
            assertThat(results)
                    .filteredOn(CreateResult.AlreadyExists.class::isInstance)
                    .hasSize(7);
            assertThat(read(name)).containsExactly("1");
        }
    }

    private Future<?> start(Runnable work) {
        return threads.submit(work);
    }

    private static void finish(List<Future<?>> running) throws InterruptedException, ExecutionException {
        for (Future<?> work : running) {
            work.get();
        }
    }

    private List<String> read(StreamName name) {
        return streams.read(name, Offset.BEGINNING).messages().stream()
                .map(Payload::utf8)
                .toList();
    }
}
