package dev.anabranch.engine;

import dev.anabranch.storage.ForkOrigin;
import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamState;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A fork being made (PROTOCOL.md section 4.2). */
final class ForkOperation extends CreateOperation {

    private final ForkRequest request;
    private final StreamDirectory streams;
    private final StreamReader reader;
    private final EngineClock clock;
    private final EngineOptions limits;

    ForkOperation(
            StreamName name,
            ForkRequest request,
            StreamDirectory streams,
            StreamReader reader,
            StreamStorage storage,
            EngineClock clock,
            EngineOptions limits,
            Consumer<StoredStream> created) {
        super(name, streams, storage, clock, created);
        this.request = request;
        this.streams = streams;
        this.reader = reader;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    void make() {
        StreamCell source = streams.find(request.source());
        if (source == null) {
            throw new StreamNotFoundException(request.source());
        }
        if (source.lifetime().hasExpired(clock.now(), clock.calendar()) && !storage.hasForks(source.id())) {
            throw new StreamNotFoundException(request.source());
        }
        if (source.committed().deleted() || source.lifetime().hasExpired(clock.now(), clock.calendar())) {
            complete(new CreateResult.Conflict("the source is deleted"));
            return;
        }
        ContentType type = source.stream().contentType();
        if (request.contentType().isPresent() && !request.contentType().get().matches(type)) {
            complete(new CreateResult.Conflict("the source is of type " + type));
            return;
        }
        Content content = Content.first(type, request.body(), limits);
        Optional<Place> place = request.at().map(at -> place(source, at));
        if (place.isEmpty() && request.subOffset() > 0) {
            throw new InvalidRequestException("sub-offset reaches beyond the tail");
        }
        // Under the source's lock: everything appended before is shared, and nothing that comes later.
        source.with(this, state -> {
                    if (state.deleted()) {
                        return this;
                    }
                    Place leaving = place.orElse(new Place(state.tail(), state.tail()));
                    make(source.stream(), leaving, content);
                    return () -> {};
                })
                .run();
    }

    @Override
    @Nullable
    String difference(StoredStream stream, StreamState state) {
        if (stream.origin().isEmpty() || !stream.origin().get().source().equals(request.source())) {
            return "origin";
        }
        ForkOrigin origin = stream.origin().get();
        // Without an offset, the request was for wherever the tail was then.
        if (request.at().isPresent()
                && (!request.at().get().equals(Positions.offset(origin.anchor()))
                        || request.subOffset() != origin.subOffset())) {
            return "fork offset";
        }
        if (request.at().isEmpty() && request.subOffset() != origin.subOffset()) {
            return "fork sub-offset";
        }
        if (request.contentType().isPresent() && !request.contentType().get().matches(stream.contentType())) {
            return "content type: " + stream.contentType();
        }
        boolean sameExpiry = request.expiry().map(stream.expiry()::equals).orElse(origin.expiryInherited());
        if (!sameExpiry) {
            return "expiry";
        }
        return state.closed() == request.closed() ? null : "closure status";
    }

    private void make(StoredStream source, Place place, Content content) {
        Expiry expiry = request.expiry().orElse(source.expiry());
        ForkOrigin origin = new ForkOrigin(
                source.id(),
                source.name(),
                place.anchor(),
                request.subOffset(),
                place.position(),
                request.expiry().isEmpty());
        make(source.contentType(), expiry, request.closed(), Optional.of(origin), place.position(), content);
    }

    private Place place(StreamCell source, Offset at) {
        if (at.isSentinel()) {
            throw new InvalidRequestException("fork offset '" + at + "' is not the offset of a place");
        }
        long anchor = Positions.position(at, source.committed().tail());
        return new Place(anchor, reader.advance(source, anchor, request.subOffset()));
    }

    /** Where the fork leaves its source: as asked for, and in truth. */
    private record Place(long anchor, long position) {}
}
