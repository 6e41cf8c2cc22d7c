package dev.anabranch.engine;

import dev.anabranch.storage.RemovalOutcome;
import dev.anabranch.storage.StorageCallback;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamsUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an engine does by itself: removes expired streams, records accesses and the time. One thread. */
final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private static final Duration ROUND = EngineClock.ACCESS_LOST_IN_CRASH.dividedBy(2);
    private static final int ROUNDS_PER_CLOCK_NOTE = 240;
    private static final int STREAMS_PER_ROUND_MAX = 1000;
    private static final Duration LAST_NOTE_PATIENCE = Duration.ofSeconds(10);

    private final StreamStorage storage;
    private final StreamDirectory streams;
    private final EngineClock clock;
    private final Counters counters;
    private final String clockNote;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "anabranch-upkeep");
        made.setDaemon(true);
        return made;
    });
    private int rounds; // the thread's own

    Upkeep(StreamStorage storage, StreamDirectory streams, EngineClock clock, Counters counters, String clockNote) {
        this.storage = storage;
        this.streams = streams;
        this.clock = clock;
        this.counters = counters;
        this.clockNote = clockNote;
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(this::round, 0, ROUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Removes, piece by piece, what an earlier removal left. What cannot be removed now is at the next start. */
    void collect() {
        try {
            storage.collect(new Collected());
        } catch (DurableStreamsException closedOrBusy) {
            logUncollected(closedOrBusy);
        }
    }

    private static void logUncollected(DurableStreamsException reason) {
        log.warn("deleted streams are not collected before the next start: {}", reason.getMessage());
    }

    private void round() {
        try {
            if (rounds++ % ROUNDS_PER_CLOCK_NOTE == 0) {
                var unused = noteClock(false);
            }
            look();
        } catch (DurableStreamsException later) {
            log.debug("upkeep is put off: {}", later.getMessage());
        } catch (RuntimeException broken) {
            log.error("upkeep failed", broken);
        }
    }

    void sweep() {
        look();
        // Written after all that the look has set off.
        noteClock(false).join();
    }

    private void look() {
        streams.recordAccess();
        for (StoredStream stream : storage.due(clock.now(), clock.calendar(), STREAMS_PER_ROUND_MAX)) {
            look(stream);
        }
    }

    /** Removes a stream that has expired, or puts it off until it may have. */
    private void look(StoredStream stream) {
        StreamCell cell = streams.find(stream.name());
        if (cell == null || cell.id() != stream.id() || cell.committed().deleted()) {
            return;
        }
        if (cell.lifetime().end(clock.now(), clock.calendar())) {
            CreateOperation.Removal removal = new CreateOperation.Removal(cell);
            removal.run();
            removal.then((outcome, failure) -> {
                if (outcome instanceof RemovalOutcome.Removed || outcome instanceof RemovalOutcome.Retained) {
                    counters.expired();
                }
            });
        } else if (cell.lifetime().isSliding()) {
            new Postponement(cell).run();
        }
    }

    private CompletableFuture<Payload> noteClock(boolean closing) {
        CompletableFuture<Payload> noted = new CompletableFuture<>();
        storage.writeNote(clockNote, clock.note(closing), new StorageCallback<>() {
            @Override
            public void done(Payload note) {
                noted.complete(note);
            }

            @Override
            public void failed(StreamsUnavailableException failure) {
                noted.completeExceptionally(failure);
            }
        });
        return noted;
    }

    /** Records the last accesses and the time. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(LAST_NOTE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            streams.recordAccess();
            noteClock(true).get(LAST_NOTE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | DurableStreamsException notNoted) {
            // The next start then reckons with accesses that were lost.
            log.warn("the store is closed without a last note: {}", notNoted.toString());
        }
    }

    private static final class Postponement extends Operation<Boolean> {

        private final StreamCell cell;

        Postponement(StreamCell cell) {
            this.cell = cell;
        }

        @Override
        void attempt() {
            if (cell.isDiscarded()) {
                complete(false);
            } else {
                cell.postpone(this, cell.lifetime().due()).run();
            }
        }
    }

    private final class Collected implements StorageCallback<RemovalOutcome> {

        @Override
        public void done(RemovalOutcome outcome) {
            if (outcome instanceof RemovalOutcome.Removed removed) {
                streams.takeOut(removed);
                counters.collected(removed.streams().size());
                if (removed.more()) {
                    collect();
                }
            }
        }

        @Override
        public void failed(StreamsUnavailableException failure) {
            logUncollected(failure);
        }
    }
}
