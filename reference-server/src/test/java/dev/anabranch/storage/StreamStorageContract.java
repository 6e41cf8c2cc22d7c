package dev.anabranch.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamsUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link StreamStorage} promises. */
abstract class StreamStorageContract {

    private StreamStorage storage;

    /** Opens a storage that is empty. */
    abstract StreamStorage openEmpty();

    @BeforeEach
    void open() {
        storage = openEmpty();
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void aStreamIsFoundAsItWasMade() {
        StreamState state =
                new StreamState(1, 2, true, Optional.of(new Producer("p", 1, 2)), Optional.of("7"), 1, 99, 0, false);
        StreamCreation creation = new StreamCreation(
                new StreamName("a/b"),
                new ContentType("text/plain; charset=utf-8"),
                Expiry.at(Instant.parse("2030-01-01T00:00:00.123456789Z")),
                Optional.empty(),
                state,
                List.of(record(0, "x"), record(1, "y")));

        StoredStream made = ((CreationOutcome.Created) create(creation)).stream();

        assertThat(storage.find(new StreamName("a/b"))).contains(made);
        assertThat(storage.stream(made.id())).contains(made);
        assertThat(made)
                .isEqualTo(new StoredStream(
                        made.id(),
                        creation.name(),
                        creation.contentType(),
                        creation.expiry(),
                        creation.origin(),
                        creation.state()));
        assertThat(read(made.id(), 0, 9, 100)).containsExactly("x", "y");
        assertThat(storage.find(new StreamName("a"))).isEmpty();
    }

    @Test
    void aNameBelongsToOneStreamAndANumberToOneEver() {
        StoredStream first = make("a");
        assertThat(create(creation("a", Optional.empty()))).isEqualTo(new CreationOutcome.NameTaken());
        remove(first.id());
        StoredStream second = make("a");

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(storage.stream(first.id())).isEmpty();
        assertThat(read(second.id(), 0, 9, 100)).isEmpty();
    }

    @Test
    void aChangeIsMadeWholeOrNotAtAll() {
        StoredStream stream = make("a");
        StreamChange next = append(stream.state(), stream.id(), "x", "y");

        assertThat(change(next)).isEqualTo(ChangeOutcome.CHANGED);
        assertThat(change(next)).isEqualTo(ChangeOutcome.OUTDATED);
        StreamChange other = new StreamChange(
                stream.id(), next.state(), Optional.of(new Producer("q", 0, 0)), List.of(record(7, "z")));
        assertThat(change(other)).isEqualTo(ChangeOutcome.OUTDATED);

        assertThat(storage.stream(stream.id()).orElseThrow().state()).isEqualTo(next.state());
        assertThat(read(stream.id(), 0, 100, 100)).containsExactly("x", "y");
        assertThat(storage.producer(stream.id(), "p")).contains(new Producer("p", 0, 1));
        assertThat(storage.producer(stream.id(), "q")).isEmpty();
        assertThat(change(append(next.state(), 4711, "x"))).isEqualTo(ChangeOutcome.OUTDATED);
    }

    @Test
    void changesHandedOverTogetherTakeEffectInOrder() {
        StoredStream stream = make("a");
        List<CompletableFuture<ChangeOutcome>> outcomes = new ArrayList<>();
        List<Integer> heard = new ArrayList<>();
        StreamState state = stream.state();
        for (int i = 0; i < 500; i++) {
            StreamChange change = append(state, stream.id(), "m" + i);
            state = change.state();
            int number = i;
            CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
            storage.change(change, callback(outcome, done -> heard.add(number)));
            outcomes.add(outcome);
        }
        outcomes.forEach(outcome -> assertThat(outcome.join()).isEqualTo(ChangeOutcome.CHANGED));

        assertThat(heard).isSorted().hasSize(500);
        assertThat(storage.stream(stream.id()).orElseThrow().state().tail()).isEqualTo(500);
        assertThat(read(stream.id(), 0, 500, Integer.MAX_VALUE)).hasSize(500);
    }

    @Test
    void readsGiveOneRecordAtLeastAndStopAtTheirBounds() {
        StoredStream stream = make("a");
        change(append(stream.state(), stream.id(), "aaaa", "bbbb", "cccc", "dddd"));

        assertThat(read(stream.id(), 1, 3, 100)).containsExactly("bbbb", "cccc");
        assertThat(read(stream.id(), 0, 4, 1)).containsExactly("aaaa");
        assertThat(read(stream.id(), 0, 4, 5)).containsExactly("aaaa", "bbbb");
        assertThat(read(stream.id(), 4, 9, 100)).isEmpty();
        assertThat(storage.lastBefore(stream.id(), 3)).contains(record(2, "cccc"));
        assertThat(storage.lastBefore(stream.id(), 0)).isEmpty();
    }

    @Test
    void aForkNeedsItsSource() {
        StoredStream source = make("source");
        assertThat(create(creation("fork", Optional.of(origin(source, 1)))))
                .isEqualTo(new CreationOutcome.SourceUnavailable());
        change(append(source.state(), source.id(), "x"));
        StoredStream fork =
                ((CreationOutcome.Created) create(creation("fork", Optional.of(origin(source, 1))))).stream();

        assertThat(fork.origin()).contains(origin(source, 1));
        assertThat(storage.hasForks(source.id())).isTrue();
        assertThat(remove(source.id())).isInstanceOf(RemovalOutcome.Retained.class);
        assertThat(create(creation("late", Optional.of(origin(source, 1)))))
                .isEqualTo(new CreationOutcome.SourceUnavailable());
    }

    @Test
    void aDeletedStreamStaysForItsForksAndGoesWithTheLast() {
        StoredStream source = make("source");
        StoredStream one = fork("one", source);
        StoredStream two = fork("two", source);
        StoredStream far = fork("far", two);
        assertThat(remove(source.id())).isInstanceOf(RemovalOutcome.Retained.class);
        assertThat(remove(source.id())).isEqualTo(new RemovalOutcome.AlreadyDeleted());
        assertThat(change(append(source.state().postponed(0), source.id(), "x")))
                .isEqualTo(ChangeOutcome.OUTDATED);
        assertThat(create(creation("source", Optional.empty()))).isEqualTo(new CreationOutcome.NameTaken());

        assertThat(removed(one)).containsExactly(one.id());
        assertThat(remove(two.id())).isInstanceOf(RemovalOutcome.Retained.class);
        assertThat(removed(far)).containsExactly(far.id(), two.id(), source.id());
        assertThat(storage.find(source.name())).isEmpty();
        assertThat(remove(far.id())).isEqualTo(new RemovalOutcome.Absent());
    }

    @Test
    void forksMadeAndRemovedTogetherAreCountedRight() {
        StoredStream source = make("source");
        List<CompletableFuture<CreationOutcome>> made = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<CreationOutcome> outcome = new CompletableFuture<>();
            storage.create(creation("fork/" + i, Optional.of(origin(source, 0))), callback(outcome, done -> {}));
            made.add(outcome);
        }
        CompletableFuture<RemovalOutcome> deleted = new CompletableFuture<>();
        storage.remove(source.id(), callback(deleted, done -> {}));
        assertThat(deleted.join()).isInstanceOf(RemovalOutcome.Retained.class);

        List<CompletableFuture<RemovalOutcome>> removals = new ArrayList<>();
        for (CompletableFuture<CreationOutcome> fork : made) {
            CompletableFuture<RemovalOutcome> outcome = new CompletableFuture<>();
            long id = ((CreationOutcome.Created) fork.join()).stream().id();
            storage.remove(id, callback(outcome, done -> {}));
            removals.add(outcome);
        }
        removals.subList(0, 49)
                .forEach(removal -> assertThat(((RemovalOutcome.Removed) removal.join()).streams())
                        .hasSize(1));
        assertThat(((RemovalOutcome.Removed) removals.get(49).join()).streams())
                .extracting(StoredStream::id)
                .contains(source.id());
    }

    @Test
    void aLongLineOfDeletedAncestorsIsCollectedPieceByPiece() {
        StoredStream next = make("0");
        List<StoredStream> line = new ArrayList<>(List.of(next));
        for (int i = 1; i < 450; i++) {
            next = fork(String.valueOf(i), next);
            line.add(next);
        }
        line.subList(0, 449).forEach(stream -> remove(stream.id()));
        RemovalOutcome.Removed removed = (RemovalOutcome.Removed) remove(next.id());
        int pieces = 1;
        while (removed.more()) {
            CompletableFuture<RemovalOutcome> outcome = new CompletableFuture<>();
            storage.collect(callback(outcome, done -> {}));
            removed = (RemovalOutcome.Removed) outcome.join();
            pieces++;
        }

        assertThat(pieces).isGreaterThan(2);
        assertThat(storage.list("", Optional.empty(), 10)).isEmpty();
    }

    @Test
    void namesAreListedInOrderByPrefix() {
        List.of("b/1", "a", "b/2", "b", "b0", "c", "b/\u00e9").forEach(this::make);

        assertThat(names("b/", Optional.empty(), 9)).containsExactly("b/1", "b/2", "b/\u00e9");
        assertThat(names("", Optional.of("b"), 3)).containsExactly("b/1", "b/2", "b/\u00e9");
        assertThat(names("b", Optional.of("a"), 2)).containsExactly("b", "b/1");
        assertThat(names("b/", Optional.of("c"), 2)).isEmpty();
        assertThat(names("", Optional.empty(), 0)).isEmpty();
    }

    @Test
    void streamsAreFoundWhenTheyAreDue() {
        StoredStream later = made("later", Expiry.ttl(Duration.ofSeconds(1)), 200);
        StoredStream sooner = made("sooner", Expiry.ttl(Duration.ofSeconds(1)), 100);
        Instant end = Instant.parse("2030-01-01T00:00:00Z");
        StoredStream dated = made("dated", Expiry.at(end), 0);

        assertThat(due(99, Instant.EPOCH)).isEmpty();
        assertThat(due(100, Instant.EPOCH)).containsExactly("sooner");
        assertThat(due(0, end)).containsExactly("dated");
        change(new StreamChange(sooner.id(), sooner.state().postponed(300), Optional.empty(), List.of()));
        assertThat(due(299, Instant.EPOCH)).containsExactly("later");
        remove(later.id());
        remove(dated.id());
        assertThat(due(999, end)).containsExactly("sooner");
    }

    @Test
    void accessesAreRecordedForStreamsThatAreThere() {
        StoredStream stream = make("a");
        storage.recordAccess(Map.of(stream.id(), 77L, 4711L, 78L));
        CompletableFuture<Payload> noted = new CompletableFuture<>();
        storage.writeNote("n", Payload.of("note"), callback(noted, done -> {}));
        noted.join();

        assertThat(storage.stream(stream.id()).orElseThrow().state().accessed()).isEqualTo(77);
        assertThat(storage.note("n")).contains(Payload.of("note"));
        assertThat(storage.note("m")).isEmpty();
    }

    private StoredStream make(String name) {
        return ((CreationOutcome.Created) create(creation(name, Optional.empty()))).stream();
    }

    private StoredStream made(String name, Expiry expiry, long due) {
        return ((CreationOutcome.Created) create(new StreamCreation(
                        new StreamName(name),
                        ContentType.JSON,
                        expiry,
                        Optional.empty(),
                        StreamState.initial(0, false, 1, due),
                        List.of())))
                .stream();
    }

    private StoredStream fork(String name, StoredStream source) {
        return ((CreationOutcome.Created) create(creation(name, Optional.of(origin(source, 0))))).stream();
    }

    private static StreamCreation creation(String name, Optional<ForkOrigin> origin) {
        return new StreamCreation(
                new StreamName(name),
                ContentType.JSON,
                Expiry.never(),
                origin,
                StreamState.initial(0, false, 1, 0),
                List.of());
    }

    private static ForkOrigin origin(StoredStream source, long position) {
        return new ForkOrigin(source.id(), source.name(), position, 0, position, true);
    }

    private static StreamChange append(StreamState before, long streamId, String... messages) {
        List<StoredRecord> records = new ArrayList<>();
        for (String message : messages) {
            records.add(record(before.tail() + records.size(), message));
        }
        StreamState next = new StreamState(
                before.version() + 1,
                before.tail() + messages.length,
                false,
                Optional.empty(),
                Optional.empty(),
                1,
                before.accessed(),
                before.due(),
                false);
        return new StreamChange(streamId, next, Optional.of(new Producer("p", 0, before.version())), records);
    }

    private static StoredRecord record(long position, String content) {
        return new StoredRecord(position, Payload.of(content));
    }

    private CreationOutcome create(StreamCreation creation) {
        CompletableFuture<CreationOutcome> outcome = new CompletableFuture<>();
        storage.create(creation, callback(outcome, done -> {}));
        return outcome.join();
    }

    private ChangeOutcome change(StreamChange change) {
        CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
        storage.change(change, callback(outcome, done -> {}));
        return outcome.join();
    }

    private RemovalOutcome remove(long id) {
        CompletableFuture<RemovalOutcome> outcome = new CompletableFuture<>();
        storage.remove(id, callback(outcome, done -> {}));
        return outcome.join();
    }

    private List<Long> removed(StoredStream stream) {
        return ((RemovalOutcome.Removed) remove(stream.id()))
                .streams().stream().map(StoredStream::id).toList();
    }

    private List<String> read(long id, long from, long to, int bytes) {
        return storage.read(id, from, to, bytes).stream()
                .map(record -> record.content().utf8())
                .toList();
    }

    private List<String> names(String prefix, Optional<String> after, int limit) {
        return storage.list(prefix, after.map(StreamName::new), limit).stream()
                .map(stream -> stream.name().value())
                .toList();
    }

    private List<String> due(long due, Instant time) {
        return storage.due(due, time, 10).stream()
                .map(stream -> stream.name().value())
                .toList();
    }

    private static <T> StorageCallback<T> callback(CompletableFuture<T> outcome, Consumer<T> heard) {
        return new StorageCallback<>() {
            @Override
            public void done(T done) {
                heard.accept(done);
                outcome.complete(done);
            }

            @Override
            public void failed(StreamsUnavailableException failure) {
                outcome.completeExceptionally(failure);
            }
        };
    }
}
