package dev.anabranch.engine;

import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.TailListener;
import dev.anabranch.stream.Tailing;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Durable streams in this process, without a server. Safe for use by many threads. One folder belongs to one open
 * instance at a time.
 */
public final class EmbeddedDurableStreams implements DurableStreams {

    private static final int TAILING_THREADS = 4;

    private final StreamEngine engine;
    private final int readBytes;
    // Threads deliver to listeners; a tailing that waits for the next append has none.
    private final ScheduledExecutorService tailing;

    private EmbeddedDurableStreams(StreamEngine engine, int readBytes) {
        this.engine = engine;
        this.readBytes = readBytes;
        AtomicInteger number = new AtomicInteger();
        this.tailing = Executors.newScheduledThreadPool(TAILING_THREADS, task -> {
            Thread thread = new Thread(task, "anabranch-tailing-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the streams in a folder, which is made if it is not there.
     *
     * @throws dev.anabranch.storage.DataFolderException if the folder is in use, or cannot be used
     */
    public static EmbeddedDurableStreams open(Path folder) {
        return open(folder, EngineOptions.DEFAULTS);
    }

    /** As {@link #open(Path)}, with limits of one's own. */
    public static EmbeddedDurableStreams open(Path folder, EngineOptions options) {
        return on(StreamStorage.open(folder, options.blockCacheBytes(), options.queuedBytesMax()), options);
    }

    /** Streams that are forgotten when closed. For tests and examples. */
    public static EmbeddedDurableStreams inMemory() {
        return on(StreamStorage.inMemory(), EngineOptions.DEFAULTS);
    }

    private static EmbeddedDurableStreams on(StreamStorage storage, EngineOptions options) {
        return new EmbeddedDurableStreams(
                StorageEngine.start(storage, options, new LocalMachine()), options.readBytesMax());
    }

    /** The engine below, for a server that shares it. Closed together with this. */
    public StreamEngine engine() {
        return engine;
    }

    @Override
    public CreateResult create(StreamName name, CreateRequest request) {
        return outcome(engine.create(name, request));
    }

    @Override
    public CreateResult fork(StreamName fork, ForkRequest request) {
        return outcome(engine.fork(fork, request));
    }

    @Override
    public AppendResult append(StreamName name, AppendRequest request) {
        return outcome(engine.append(name, request));
    }

    @Override
    public StreamPage read(StreamName name, Offset from) {
        return engine.read(name, from, readBytes).page();
    }

    @Override
    public Tailing tail(StreamName name, Offset from, TailListener listener) {
        return EmbeddedTailing.start(engine, name, from, readBytes, listener, tailing);
    }

    @Override
    public Optional<StreamHead> head(StreamName name) {
        return engine.status(name).map(StreamStatus::head);
    }

    @Override
    public boolean delete(StreamName name) {
        return outcome(engine.delete(name));
    }

    @Override
    public void close() {
        tailing.shutdownNow();
        engine.close();
    }

    private static <T> T outcome(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw failed;
        }
    }
}
