package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a stream whose removal is in the store, and was not told of yet. */
class RemovalTest {

    private static final StreamName STREAM = new StreamName("stream");
    private static final StreamName FORK = new StreamName("fork");
    private static final StreamName OTHER = new StreamName("other");

    private final StreamStorage storage = StreamStorage.inMemory();
    private final StorageEngine engine = StorageEngine.startQuiet(storage, EngineOptions.DEFAULTS, new TestMachine());
    private final CountDownLatch told = new CountDownLatch(1);
    private CompletableFuture<Boolean> removed;

    @BeforeEach
    void removeAndTellNobody() throws InterruptedException {
        engine.create(STREAM, CreateRequest.JSON.withBody(Payload.of("[1,2]"))).join();
        CountDownLatch held = new CountDownLatch(1);
        engine.listen((name, status, change) -> {
            if (name.equals(OTHER)) {
                held.countDown();
                await(told);
            }
        });
        CompletableFuture<CreateResult> unused = engine.create(OTHER, CreateRequest.JSON);
        held.await();
        removed = engine.delete(STREAM);
        while (storage.find(STREAM).isPresent()) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() {
        told.countDown();
        engine.close();
    }

    @Test
    void aReadFindsNothing() {
        assertThat(removed).isNotDone();
        assertThatThrownBy(() -> engine.read(STREAM, Offset.BEGINNING, 1000))
                .isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void anAppendWaitsForTheRemovalAndFindsNothing() {
        CompletableFuture<AppendResult> append = engine.append(STREAM, AppendRequest.json(List.of("3")));
        assertThat(append).isNotDone();

        told.countDown();

        assertThatThrownBy(append::join).hasCauseInstanceOf(StreamNotFoundException.class);
        assertThat(removed.join()).isTrue();
    }

    @Test
    void aForkWithinItsAppendFindsNothing() {
        ForkRequest within = ForkRequest.at(STREAM, Positions.offset(0)).withSubOffset(1);

        assertThatThrownBy(() -> engine.fork(FORK, within).join()).hasCauseInstanceOf(StreamNotFoundException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
