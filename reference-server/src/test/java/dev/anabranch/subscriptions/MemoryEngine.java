package dev.anabranch.subscriptions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.engine.EngineStats;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamListener;
import dev.anabranch.engine.StreamListener.Change;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.engine.StreamStatus;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** JSON streams in memory, that can be told to fail. Its streams outlive those who use it. */
final class MemoryEngine implements StreamEngine {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final class Stream {
        final long id;
        final StreamName name;
        final Optional<Offset> forkedAt;
        final List<Payload> messages = new ArrayList<>();

        Stream(long id, StreamName name, Optional<Offset> forkedAt) {
            this.id = id;
            this.name = name;
            this.forkedAt = forkedAt;
        }

        StreamStatus status() {
            StreamHead head = new StreamHead(name, ContentType.JSON, offset(messages.size()), false, Expiry.never());
            return new StreamStatus(id, head, forkedAt);
        }
    }

    private final TreeMap<StreamName, Stream> streams = new TreeMap<>();
    private final List<StreamListener> listeners = new ArrayList<>();
    private long ids;
    private int writes;
    private int writesLeft = Integer.MAX_VALUE;
    private boolean losesAnswer;

    static Offset offset(int position) {
        return new Offset(String.format("%016d_%016d", 0, position));
    }

    /** Lets so many writes succeed and fails those that follow. */
    void failAfter(int more) {
        writesLeft = more;
        losesAnswer = false;
    }

    /** Lets so many writes succeed, then does one and says that it failed, and fails those that follow. */
    void loseAnswerAfter(int more) {
        writesLeft = more;
        losesAnswer = true;
    }

    int writes() {
        return writes;
    }

    /** As if the process had died: nobody listens any more. */
    void forgetListeners() {
        listeners.clear();
    }

    Offset put(String name, String... messages) {
        StreamName stream = new StreamName(name);
        if (!streams.containsKey(stream)) {
            create(
                            stream,
                            CreateRequest.JSON.withBody(
                                    messages.length == 0 ? Payload.EMPTY : Payload.jsonArray(List.of(messages))))
                    .join();
        } else {
            append(stream, AppendRequest.json(List.of(messages))).join();
        }
        return streams.get(stream).status().head().tail();
    }

    List<String> texts(String name) {
        return streams.get(new StreamName(name)).messages.stream()
                .map(Payload::utf8)
                .toList();
    }

    @Override
    public CompletableFuture<CreateResult> create(StreamName name, CreateRequest request) {
        if (streams.containsKey(name)) {
            return CompletableFuture.completedFuture(
                    new CreateResult.AlreadyExists(streams.get(name).status().head()));
        }
        return write(() -> {
            Stream stream = new Stream(++ids, name, Optional.empty());
            stream.messages.addAll(messages(request.body()));
            streams.put(name, stream);
            tell(stream, Change.CREATED);
            return new CreateResult.Created(stream.status().head());
        });
    }

    @Override
    public CompletableFuture<AppendResult> append(StreamName name, AppendRequest request) {
        Stream stream = streams.get(name);
        if (stream == null) {
            return CompletableFuture.failedFuture(new StreamNotFoundException(name));
        }
        return write(() -> {
            stream.messages.addAll(messages(request.body()));
            tell(stream, Change.APPENDED);
            return new AppendResult.Appended(stream.status().head().tail(), false);
        });
    }

    @Override
    public StreamRead read(StreamName name, Offset from, int bytesMax) {
        Stream stream = streams.get(name);
        if (stream == null) {
            throw new StreamNotFoundException(name);
        }
        int position = from.equals(Offset.BEGINNING)
                ? 0
                : Integer.parseInt(from.token().substring(17));
        // Two at a time, so that whoever reads has to read on.
        int end = Math.min(position + 2, stream.messages.size());
        boolean upToDate = end == stream.messages.size();
        StreamPage page = new StreamPage(from, stream.messages.subList(position, end), offset(end), upToDate, false);
        return new StreamRead(stream.status(), page);
    }

    @Override
    public Optional<StreamStatus> status(StreamName name) {
        return Optional.ofNullable(streams.get(name)).map(Stream::status);
    }

    @Override
    public CompletableFuture<Boolean> delete(StreamName name) {
        return write(() -> {
            Stream stream = streams.remove(name);
            if (stream != null) {
                tell(stream, Change.DELETED);
            }
            return stream != null;
        });
    }

    @Override
    public List<StreamName> names(String prefix, Optional<StreamName> after, int limit) {
        return streams.keySet().stream()
                .filter(name -> name.value().startsWith(prefix))
                .filter(name -> after.isEmpty() || name.compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public List<StreamName> family(StreamName name) {
        throw new UnsupportedOperationException("no forks here");
    }

    @Override
    public CompletableFuture<Integer> redact(StreamName name, UnaryOperator<Payload> redaction) {
        throw new UnsupportedOperationException("nothing to redact here");
    }

    @Override
    public Listening listen(StreamListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletableFuture<CreateResult> fork(StreamName fork, ForkRequest request) {
        Stream source = streams.get(request.source());
        Stream stream =
                new Stream(++ids, fork, Optional.of(source.status().head().tail()));
        stream.messages.addAll(source.messages);
        stream.messages.addAll(messages(request.body()));
        streams.put(fork, stream);
        tell(stream, Change.CREATED);
        return CompletableFuture.completedFuture(
                new CreateResult.Created(stream.status().head()));
    }

    @Override
    public Wait await(StreamName name, StreamStatus seen, Runnable wake) {
        throw new UnsupportedOperationException("no waiting here");
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
        throw new UnsupportedOperationException("no figures here");
    }

    @Override
    public void checkpoint(Path folder) {
        throw new UnsupportedOperationException("no copies here");
    }

    @Override
    public void purge() {
        throw new UnsupportedOperationException("nothing to purge here");
    }

    @Override
    public void close() {}

    private <T> CompletableFuture<T> write(Supplier<T> change) {
        if (writesLeft == 0 && !losesAnswer) {
            return CompletableFuture.failedFuture(failure());
        }
        T done = change.get();
        if (writesLeft == 0) {
            losesAnswer = false;
            return CompletableFuture.failedFuture(failure());
        }
        writesLeft--;
        writes++;
        return CompletableFuture.completedFuture(done);
    }

    private static StreamsUnavailableException failure() {
        return new StreamsUnavailableException(
                StreamsUnavailableException.Cause.STORAGE_FULL,
                StreamsUnavailableException.Outcome.NOT_DONE,
                "the disk is full",
                null);
    }

    private void tell(Stream stream, Change change) {
        List.copyOf(listeners).forEach(listener -> listener.onChange(stream.name, stream.status(), change));
    }

    private static List<Payload> messages(Payload body) {
        if (body.isEmpty()) {
            return List.of();
        }
        try {
            JsonNode json = JSON.readTree(body.toByteArray());
            List<Payload> messages = new ArrayList<>();
            if (json.isArray()) {
                json.forEach(message -> messages.add(Payload.of(message.toString())));
            } else {
                messages.add(Payload.of(json.toString()));
            }
            return messages;
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }
}
