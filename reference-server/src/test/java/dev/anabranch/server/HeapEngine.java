package dev.anabranch.server;

import dev.anabranch.engine.EngineStats;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamListener;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.engine.StreamStatus;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * An engine for tests of the routes: streams on the heap, every body one message, offsets that count messages, and a
 * failure on demand. It knows no forks, no producers and no expiry.
 */
final class HeapEngine implements StreamEngine {

    private static final class Stream {
        private final long id;
        private final CreateRequest request;
        private final List<Payload> messages = new ArrayList<>();
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean closed;

        private Stream(long id, CreateRequest request) {
            this.id = id;
            this.request = request;
        }
    }

    private final Map<StreamName, Stream> streams = new LinkedHashMap<>();
    private Optional<RuntimeException> failure = Optional.empty();
    private int lastId;

    /** Every append fails so from now on. */
    synchronized void failAppends(RuntimeException failure) {
        this.failure = Optional.of(failure);
    }

    synchronized int waiting() {
        return streams.values().stream()
                .mapToInt(stream -> stream.waiting.size())
                .sum();
    }

    @Override
    public synchronized CompletableFuture<CreateResult> create(StreamName name, CreateRequest request) {
        if (streams.containsKey(name)) {
            return CompletableFuture.completedFuture(
                    new CreateResult.AlreadyExists(status(name).orElseThrow().head()));
        }
        lastId++;
        Stream stream = new Stream(lastId, request);
        stream.closed = request.closed();
        if (!request.body().isEmpty()) {
            stream.messages.add(request.body());
        }
        streams.put(name, stream);
        return CompletableFuture.completedFuture(
                new CreateResult.Created(status(name).orElseThrow().head()));
    }

    @Override
    public CompletableFuture<CreateResult> fork(StreamName fork, ForkRequest request) {
        throw new UnsupportedOperationException("no forks on the heap");
    }

    @Override
    public CompletableFuture<AppendResult> append(StreamName name, AppendRequest request) {
        List<Runnable> woken;
        AppendResult result;
        synchronized (this) {
            Stream stream = stream(name);
            if (failure.isPresent()) {
                return CompletableFuture.failedFuture(failure.get());
            }
            if (stream.closed) {
                return CompletableFuture.completedFuture(new AppendResult.StreamClosed(tail(stream)));
            }
            if (!request.body().isEmpty()) {
                stream.messages.add(request.body());
            }
            stream.closed = request.close();
            woken = List.copyOf(stream.waiting);
            stream.waiting.clear();
            result = new AppendResult.Appended(tail(stream), stream.closed);
        }
        woken.forEach(Runnable::run);
        return CompletableFuture.completedFuture(result);
    }

    @Override
    public synchronized StreamRead read(StreamName name, Offset from, int bytesMax) {
        Stream stream = stream(name);
        int first = from.equals(Offset.BEGINNING)
                ? 0
                : from.equals(Offset.NOW) ? stream.messages.size() : Integer.parseInt(from.token());
        int last = first;
        int bytes = 0;
        while (last < stream.messages.size() && (last == first || bytes < bytesMax)) {
            bytes += stream.messages.get(last).size();
            last++;
        }
        boolean upToDate = last == stream.messages.size();
        StreamPage page = new StreamPage(
                from, stream.messages.subList(first, last), offset(last), upToDate, upToDate && stream.closed);
        return new StreamRead(status(name).orElseThrow(), page);
    }

    @Override
    public synchronized Optional<StreamStatus> status(StreamName name) {
        return Optional.ofNullable(streams.get(name))
                .map(stream -> new StreamStatus(
                        stream.id,
                        new StreamHead(
                                name,
                                stream.request.contentType(),
                                tail(stream),
                                stream.closed,
                                stream.request.expiry()),
                        Optional.empty()));
    }

    @Override
    public CompletableFuture<Boolean> delete(StreamName name) {
        List<Runnable> woken = List.of();
        synchronized (this) {
            Stream stream = streams.remove(name);
            if (stream != null) {
                woken = List.copyOf(stream.waiting);
            } else {
                return CompletableFuture.completedFuture(false);
            }
        }
        woken.forEach(Runnable::run);
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public Wait await(StreamName name, StreamStatus seen, Runnable wake) {
        synchronized (this) {
            Stream stream = streams.get(name);
            if (stream != null && status(name).orElseThrow().equals(seen)) {
                stream.waiting.add(wake);
                return () -> cancel(stream, wake);
            }
        }
        wake.run();
        return () -> {};
    }

    private synchronized void cancel(Stream stream, Runnable wake) {
        stream.waiting.remove(wake);
    }

    @Override
    public List<StreamName> names(String prefix, Optional<StreamName> after, int limit) {
        throw new UnsupportedOperationException("no listing on the heap");
    }

    @Override
    public List<StreamName> family(StreamName name) {
        throw new UnsupportedOperationException("no forks on the heap");
    }

    @Override
    public CompletableFuture<Integer> redact(StreamName name, UnaryOperator<Payload> redaction) {
        throw new UnsupportedOperationException("nothing to redact on the heap");
    }

    @Override
    public Listening listen(StreamListener listener) {
        throw new UnsupportedOperationException("no listeners on the heap");
    }

    @Override
    public boolean isDamaged() {
        return false;
    }

    @Override
    public CompletableFuture<Void> probe() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public EngineStats stats() {
        throw new UnsupportedOperationException("no figures on the heap");
    }

    @Override
    public void checkpoint(Path folder) {
        throw new UnsupportedOperationException("no backup of the heap");
    }

    @Override
    public void purge() {
        throw new UnsupportedOperationException("nothing to purge on the heap");
    }

    @Override
    public void close() {}

    private Stream stream(StreamName name) {
        return Optional.ofNullable(streams.get(name)).orElseThrow(() -> new StreamNotFoundException(name));
    }

    private static Offset tail(Stream stream) {
        return offset(stream.messages.size());
    }

    private static Offset offset(int messages) {
        return new Offset(String.format("%04d", messages));
    }
}
