package dev.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.storage.FaultyStore;
import dev.anabranch.storage.FaultyStore.Fault;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store fails at every write point once. */
class EngineFaultsTest {

    private static final StreamName SOURCE = new StreamName("source");
    private static final StreamName FORK = new StreamName("fork");

    private final FaultyStore disk = new FaultyStore();
    private final TestMachine machine = new TestMachine();

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOST", "WRITTEN"})
    void whateverWriteFailsEachStepIsFoundWholeOrNotAtAll(Fault fault) {
        for (int writes = 0; ; writes++) {
            FaultyStore store = new FaultyStore();
            StorageEngine engine = open(store);
            store.failAfter(writes, fault);
            int acknowledged = play(engine);
            engine.close();

            StorageEngine reopened = open(store);
            int found = steps(reopened);
            String story = fault + " at write " + writes + ", acknowledged " + acknowledged;
            assertThat(found).as(story).isBetween(acknowledged, acknowledged + (fault == Fault.WRITTEN ? 1 : 0));
            // The whole script again: what was done is recognised, and the end is the same.
            assertThat(play(reopened)).as(story).isEqualTo(SCRIPT_STEPS);
            assertThat(text(reopened, SOURCE)).as(story).containsExactly("1", "2", "3");
            assertThat(text(reopened, FORK)).as(story).containsExactly("1", "2", "4");
            reopened.close();
            if (acknowledged == SCRIPT_STEPS) {
                return; // every write before has failed once
            }
        }
    }

    private static final int SCRIPT_STEPS = 4;

    /** Plays until a step fails; how many did not. */
    private static int play(StorageEngine engine) {
        List<Runnable> script = List.of(
                () -> engine.create(SOURCE, CreateRequest.JSON.withBody(Payload.EMPTY))
                        .join(),
                () -> engine.append(SOURCE, batch(0, "1", "2", "3")).join(),
                () -> engine.fork(FORK, ForkRequest.at(SOURCE, Positions.offset(2)))
                        .join(),
                () -> engine.append(FORK, batch(0, "4")).join());
        int done = 0;
        for (Runnable step : script) {
            try {
                step.run();
            } catch (CompletionException failed) {
                assertThat(failed).hasCauseInstanceOf(StreamsUnavailableException.class);
                return done;
            }
            done++;
        }
        return done;
    }

    /** How many steps of the script are found. */
    private static int steps(StorageEngine engine) {
        if (engine.status(SOURCE).isEmpty()) {
            return 0;
        }
        int found = 1;
        List<String> source = text(engine, SOURCE);
        if (!source.isEmpty()) {
            assertThat(source).containsExactly("1", "2", "3");
            found++;
        }
        if (engine.status(FORK).isPresent()) {
            found = 3 + (text(engine, FORK).size() == 3 ? 1 : 0);
        }
        return found;
    }

    @Test
    void afterAFailedWriteNothingIsWrittenAndReadsGoOn() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            engine.append(SOURCE, AppendRequest.json(List.of("1"))).join();
            disk.failAfter(0, Fault.LOST);

            assertUnavailable(engine, Cause.FAILURE, Outcome.UNKNOWN);
            assertUnavailable(engine, Cause.FAILURE, Outcome.NOT_DONE);
            assertThat(text(engine, SOURCE)).containsExactly("1");
        }
    }

    @Test
    void aFullStoreTakesWritesAgainOnceThereIsRoom() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            disk.failAfter(0, Fault.FULL);

            assertUnavailable(engine, Cause.STORAGE_FULL, Outcome.UNKNOWN);
            assertUnavailable(engine, Cause.STORAGE_FULL, Outcome.NOT_DONE);
            assertThat(text(engine, SOURCE)).isEmpty();

            disk.makeRoom();
            assertThat(engine.append(SOURCE, AppendRequest.json(List.of("1"))).join())
                    .isEqualTo(new AppendResult.Appended(Positions.offset(1), false));
            assertThat(text(engine, SOURCE)).containsExactly("1");
        }
    }

    @Test
    void aFullStoreTakesDeletionsAsLongAsItHasAReserve() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            engine.create(FORK, CreateRequest.JSON).join();
            disk.failAfter(0, Fault.FULL);
            disk.keepReserve();

            assertUnavailable(engine, Cause.STORAGE_FULL, Outcome.UNKNOWN);
            assertThat(engine.delete(FORK).join()).isTrue();
            assertThat(engine.status(FORK)).isEmpty();
            assertUnavailable(engine, Cause.STORAGE_FULL, Outcome.NOT_DONE);
            assertThat(engine.delete(FORK).join()).isFalse();

            disk.makeRoom();
            assertThat(engine.append(SOURCE, AppendRequest.json(List.of("1"))).join())
                    .isEqualTo(new AppendResult.Appended(Positions.offset(1), false));
        }
    }

    @Test
    void aDeletionThatIsTheFirstToFindNoRoomIsDoneAllTheSame() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            disk.failAfter(0, Fault.FULL);
            disk.keepReserve();

            assertThat(engine.delete(SOURCE).join()).isTrue();
        }
        try (StorageEngine reopened = open(disk)) {
            assertThat(reopened.status(SOURCE)).isEmpty();
        }
    }

    @Test
    void withoutAReserveDeletionsWaitForRoomAsAllElseDoes() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            disk.failAfter(0, Fault.FULL);

            assertThatThrownBy(() -> engine.delete(SOURCE).join())
                    .cause()
                    .isInstanceOfSatisfying(
                            StreamsUnavailableException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Cause.STORAGE_FULL));
            assertThat(engine.status(SOURCE)).isPresent();
            disk.makeRoom();
            assertThat(engine.delete(SOURCE).join()).isTrue();
        }
    }

    @Test
    void aMissingRecordIsReportedByTheNameOfItsStream() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            engine.append(SOURCE, AppendRequest.json(List.of("1", "2", "3"))).join();
            disk.lose(engine.status(SOURCE).orElseThrow().streamId(), 1);
            assertThat(engine.isDamaged()).isFalse();

            StreamRead start = engine.read(SOURCE, Offset.BEGINNING, 1000);
            assertThat(start.page().messages()).extracting(Payload::utf8).containsExactly("1");
            assertThat(start.page().upToDate()).isFalse();
            assertThatThrownBy(() -> engine.read(SOURCE, start.page().next(), 1000))
                    .isInstanceOf(StreamsUnavailableException.class)
                    .hasMessageContaining("'source' is damaged");
            assertThat(engine.isDamaged()).isTrue();
        }
    }

    @Test
    void aLostEndOfAStreamIsReportedBeforeAnythingIsAppendedToIt() {
        try (StorageEngine engine = open(disk)) {
            engine.create(SOURCE, CreateRequest.JSON).join();
            engine.append(SOURCE, AppendRequest.json(List.of("1", "2"))).join();
            disk.lose(engine.status(SOURCE).orElseThrow().streamId(), 1);
        }
        try (StorageEngine engine = open(disk)) {
            assertThatThrownBy(() -> engine.append(SOURCE, AppendRequest.json(List.of("3")))
                            .join())
                    .hasCauseInstanceOf(StreamsUnavailableException.class)
                    .hasMessageContaining("'source' is damaged");
        }
    }

    private void assertUnavailable(StorageEngine engine, Cause cause, Outcome outcome) {
        assertThatThrownBy(() ->
                        engine.append(SOURCE, AppendRequest.json(List.of("9"))).join())
                .cause()
                .isInstanceOfSatisfying(StreamsUnavailableException.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(cause);
                    assertThat(failure.outcome()).isEqualTo(outcome);
                });
    }

    private StorageEngine open(FaultyStore store) {
        return StorageEngine.startQuiet(store.open(), EngineOptions.DEFAULTS, machine);
    }

    private static AppendRequest batch(long number, String... messages) {
        return AppendRequest.json(List.of(messages)).withProducer(new Producer("p", 0, number));
    }

    private static List<String> text(StorageEngine engine, StreamName name) {
        List<String> all = new ArrayList<>();
        engine.read(name, Offset.BEGINNING, 100_000).page().messages().forEach(message -> all.add(message.utf8()));
        return all;
    }

    @Test
    void theOutcomeOfACreationIsKnownAfterARetry() {
        for (Fault fault : List.of(Fault.LOST, Fault.WRITTEN)) {
            FaultyStore store = new FaultyStore();
            StorageEngine engine = open(store);
            store.failAfter(0, fault);
            assertThatThrownBy(() -> engine.create(SOURCE, CreateRequest.JSON).join())
                    .hasCauseInstanceOf(StreamsUnavailableException.class);
            engine.close();

            try (StorageEngine reopened = open(store)) {
                assertThat(reopened.create(SOURCE, CreateRequest.JSON).join())
                        .isInstanceOf(
                                fault == Fault.LOST ? CreateResult.Created.class : CreateResult.AlreadyExists.class);
            }
        }
    }
}
