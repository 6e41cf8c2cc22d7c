package dev.anabranch.engine;

import dev.anabranch.engine.StreamListener.Change;
import dev.anabranch.storage.RemovalOutcome;
import dev.anabranch.storage.StorageStats;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A {@link StreamEngine} on a {@link StreamStorage}, which it owns. */
final class StorageEngine implements StreamEngine {

    private static final String CLOCK = "clock";
    private static final List<String> RESERVED = List.of("__ds/", "__anabranch/");

    private final StreamStorage storage;
    private final EngineOptions options;
    private final EngineClock clock;
    private final StreamDirectory streams;
    private final StreamReader reader;
    private final Listeners listeners = new Listeners();
    private final WaitingReaders waiting;
    private final Counters counters = new Counters();
    private final Damage damage = new Damage();
    private final Upkeep upkeep;

    private StorageEngine(StreamStorage storage, EngineOptions options, EngineClock clock) {
        this.storage = storage;
        this.options = options;
        this.clock = clock;
        this.streams = new StreamDirectory(storage, clock, options.cachedStreamsMax(), new CellEvents(), damage);
        this.reader = new StreamReader(storage, damage);
        this.waiting = new WaitingReaders(options.waitingReadersMax());
        this.upkeep = new Upkeep(storage, streams, clock, counters, CLOCK);
    }

    /** Starts an engine, which closes {@code storage} when it is closed itself, and also when this fails. */
    static StorageEngine start(StreamStorage storage, EngineOptions options, EngineClock.Machine machine) {
        StorageEngine engine = startQuiet(storage, options, machine);
        engine.upkeep.start();
        return engine;
    }

    /** An engine that does by itself nothing but what {@link #sweep} asks for. */
    static StorageEngine startQuiet(StreamStorage storage, EngineOptions options, EngineClock.Machine machine) {
        try {
            EngineClock clock = EngineClock.resume(machine, storage.note(CLOCK));
            StorageEngine engine = new StorageEngine(storage, options, clock);
            storage.onRecovery(engine.streams::takeOutAll);
            engine.upkeep.collect();
            return engine;
        } catch (RuntimeException | Error broken) {
            storage.close();
            throw broken;
        }
    }

    @Override
    public CompletableFuture<CreateResult> create(StreamName name, CreateRequest request) {
        return started(() -> new NewStreamOperation(
                name,
                request,
                Content.first(request.contentType(), request.body(), limits(name)),
                streams,
                storage,
                clock,
                this::created));
    }

    @Override
    public CompletableFuture<CreateResult> fork(StreamName fork, ForkRequest request) {
        return started(() -> new ForkOperation(fork, request, streams, reader, storage, clock, options, this::created));
    }

    @Override
    public CompletableFuture<AppendResult> append(StreamName name, AppendRequest request) {
        return started(() -> {
                    request.producer()
                            .ifPresent(producer ->
                                    requireText("producer id", producer.id(), options.producerIdBytesMax()));
                    request.sequence()
                            .ifPresent(sequence -> requireText("Stream-Seq", sequence, options.sequenceBytesMax()));
                    return new AppendOperation(name, request, streams, reader, limits(name), clock::now);
                })
                .whenComplete((result, failure) -> {
                    if (result instanceof AppendResult.Appended) {
                        counters.appended(request.body().size());
                    }
                });
    }

    @Override
    public StreamRead read(StreamName name, Offset from, int bytesMax) {
        int limit = Math.min(Math.max(1, bytesMax), options.readBytesMax());
        while (true) {
            StreamCell cell = streams.touched(name);
            try {
                StreamRead read = reader.read(cell, from, limit);
                counters.read();
                return read;
            } catch (DurableStreamsException perhapsRemoved) {
                if (!cell.isDiscarded()) {
                    throw perhapsRemoved;
                }
            }
        }
    }

    @Override
    public Optional<StreamStatus> status(StreamName name) {
        try {
            return Optional.of(streams.live(name).status());
        } catch (StreamNotFoundException none) {
            return Optional.empty();
        }
    }

    @Override
    public CompletableFuture<Boolean> delete(StreamName name) {
        CompletableFuture<RemovalOutcome> removed = started(() -> new DeleteOperation(name, streams));
        return removed.thenApply(outcome -> {
            if (outcome instanceof RemovalOutcome.AlreadyDeleted) {
                throw new StreamGoneException(name);
            }
            boolean found = !(outcome instanceof RemovalOutcome.Absent);
            if (found) {
                counters.deleted();
            }
            return found;
        });
    }

    @Override
    public Wait await(StreamName name, StreamStatus seen, Runnable wake) {
        StreamCell cell;
        try {
            cell = streams.live(name);
        } catch (StreamNotFoundException | StreamGoneException ended) {
            wake.run();
            return () -> {};
        }
        return waiting.await(cell, seen, wake);
    }

    @Override
    public List<StreamName> names(String prefix, Optional<StreamName> after, int limit) {
        List<StreamName> names = new ArrayList<>();
        Optional<StreamName> last = after;
        while (names.size() < limit) {
            List<StoredStream> found = storage.list(prefix, last, limit - names.size());
            if (found.isEmpty()) {
                return names;
            }
            for (StoredStream stream : found) {
                if (!stream.state().deleted() && isLive(stream)) {
                    names.add(stream.name());
                }
            }
            last = Optional.of(found.get(found.size() - 1).name());
        }
        return names;
    }

    @Override
    public List<StreamName> family(StreamName name) {
        return new Kinship(storage)
                .of(name).stream()
                        .filter(stream -> !stream.state().deleted())
                        .map(StoredStream::name)
                        .toList();
    }

    @Override
    public CompletableFuture<Integer> redact(StreamName name, UnaryOperator<Payload> redaction) {
        return started(() -> new RedactOperation(name, redaction, streams, storage, options));
    }

    @Override
    public Listening listen(StreamListener listener) {
        return listeners.add(listener);
    }

    @Override
    public EngineStats stats() {
        StorageStats stored = storage.stats();
        return counters.stats(waiting.count(), streams.kept(), stored);
    }

    @Override
    public CompletableFuture<Void> probe() {
        return started(() -> new ProbeOperation(storage)).thenAccept(written -> {});
    }

    @Override
    public boolean isDamaged() {
        return damage.isKnown() || storage.isDamaged();
    }

    @Override
    public void checkpoint(Path folder) {
        streams.recordAccess();
        storage.checkpoint(folder);
    }

    @Override
    public void purge() {
        upkeep.sweep();
        storage.purge();
    }

    /** Records accesses and removes what has expired; returns when it is done. */
    void sweep() {
        upkeep.sweep();
    }

    @Override
    public void close() {
        upkeep.close();
        storage.close();
    }

    private boolean isLive(StoredStream stream) {
        // The cell knows of accesses that are not stored yet.
        StreamCell cell = streams.find(stream.name());
        return cell != null
                && !cell.committed().deleted()
                && !cell.lifetime().hasExpired(clock.now(), clock.calendar());
    }

    private void created(StoredStream stream) {
        counters.created(stream.origin().isPresent());
        listeners.tell(stream.name(), Heads.status(stream), Change.CREATED);
    }

    /**
     * Streams below the reserved segment (section 6) are the server's own: what clients may send is not their measure.
     */
    private EngineOptions limits(StreamName name) {
        return RESERVED.stream().anyMatch(name.value()::startsWith) ? EngineOptions.DEFAULTS : options;
    }

    private static void requireText(String what, String text, int bytesMax) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidRequestException(what + " has an unpaired surrogate");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw new LimitExceededException(
                    Limit.SIZE, what + " is longer than " + bytesMax + " bytes", Optional.<Duration>empty());
        }
    }

    /** Makes an operation and runs it; what it throws goes into the future. */
    private static <T> CompletableFuture<T> started(Supplier<? extends Operation<T>> operation) {
        try {
            Operation<T> made = operation.get();
            made.run();
            return made.outcome();
        } catch (DurableStreamsException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** What becomes of cells, told on. */
    private final class CellEvents implements StreamCell.Events {

        @Override
        public void changed(StreamCell cell, Change change) {
            listeners.tell(cell.name(), cell.status(), change);
        }

        @Override
        public void removed(StreamCell cell, RemovalOutcome.Removed removed) {
            streams.takeOut(removed);
            counters.collected(removed.streams().size());
            listeners.tell(cell.name(), cell.status(), Change.DELETED);
            if (removed.more()) {
                upkeep.collect();
            }
        }

        @Override
        public void outdated(StreamCell cell) {
            streams.takeOut(cell);
        }
    }

    /** A deletion by request. */
    private static final class DeleteOperation extends Operation<RemovalOutcome> {

        private final StreamName name;
        private final StreamDirectory streams;

        DeleteOperation(StreamName name, StreamDirectory streams) {
            this.name = name;
            this.streams = streams;
        }

        @Override
        void attempt() {
            @Nullable StreamCell cell;
            try {
                cell = streams.live(name);
            } catch (StreamNotFoundException none) {
                complete(new RemovalOutcome.Absent());
                return;
            }
            cell.remove(this).run();
        }
    }
}
