package dev.anabranch.engine;

import dev.anabranch.storage.CreationOutcome;
import dev.anabranch.storage.ForkOrigin;
import dev.anabranch.storage.RemovalOutcome;
import dev.anabranch.storage.StorageCallback;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamCreation;
import dev.anabranch.storage.StreamState;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamsUnavailableException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stream being made, as a fork or not. */
abstract class CreateOperation extends Operation<CreateResult> {

    private final StreamName name;
    private final StreamDirectory streams;
    private final EngineClock clock;
    private final Consumer<StoredStream> created;
    protected final StreamStorage storage;

    /** @param created hears of a new stream before the operation's outcome is known */
    CreateOperation(
            StreamName name,
            StreamDirectory streams,
            StreamStorage storage,
            EngineClock clock,
            Consumer<StoredStream> created) {
        this.name = name;
        this.streams = streams;
        this.storage = storage;
        this.clock = clock;
        this.created = created;
    }

    @Override
    final void attempt() {
        StreamCell holder = streams.find(name);
        if (holder == null) {
            make();
        } else if (!holder.committed().deleted() && holder.lifetime().end(clock.now(), clock.calendar())) {
            Removal removal = new Removal(holder);
            removal.run();
            removal.then((outcome, failure) -> {
                if (failure instanceof DurableStreamsException failed) {
                    fail(failed);
                } else {
                    run();
                }
            });
        } else {
            holder.answer(this, state -> match(holder.stream(), state)).run();
        }
    }

    /** Makes the stream, under the condition that the name is still free. */
    abstract void make();

    /** How the request differs from the stream that is there, or null if it does not. */
    abstract @Nullable String difference(StoredStream stream, StreamState state);

    final void make(
            ContentType type,
            Expiry expiry,
            boolean closed,
            Optional<ForkOrigin> origin,
            long position,
            Content content) {
        long now = clock.now();
        StreamState state = StreamState.initial(position + content.length(), closed, now, Lifetime.due(expiry, now));
        storage.create(
                new StreamCreation(name, type, expiry, origin, state, content.records(position)), new Callback());
    }

    private CreateResult match(StoredStream stream, StreamState state) {
        if (state.deleted()) {
            return new CreateResult.Conflict("the name belongs to a deleted stream that forks still read");
        }
        String difference = difference(stream, state);
        return difference == null
                ? new CreateResult.AlreadyExists(Heads.of(stream.withState(state)))
                : new CreateResult.Conflict("stream exists with another " + difference);
    }

    private final class Callback implements StorageCallback<CreationOutcome> {

        @Override
        public void done(CreationOutcome outcome) {
            if (outcome instanceof CreationOutcome.Created made) {
                created.accept(made.stream());
                complete(new CreateResult.Created(Heads.of(made.stream())));
            } else {
                run();
            }
        }

        @Override
        public void failed(StreamsUnavailableException failure) {
            fail(failure);
        }
    }

    /** Takes an expired stream away. */
    static final class Removal extends Operation<RemovalOutcome> {

        private final StreamCell cell;

        Removal(StreamCell cell) {
            this.cell = cell;
        }

        @Override
        void attempt() {
            if (cell.isDiscarded()) {
                complete(new RemovalOutcome.Absent());
            } else {
                cell.remove(this).run();
            }
        }
    }
}
