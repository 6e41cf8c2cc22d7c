package dev.anabranch.engine;

import dev.anabranch.storage.StoredStream;
import dev.anabranch.storage.StreamState;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.StreamName;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stream being made that is no fork. */
final class NewStreamOperation extends CreateOperation {

    private final CreateRequest request;
    private final Content content;

    NewStreamOperation(
            StreamName name,
            CreateRequest request,
            Content content,
            StreamDirectory streams,
            StreamStorage storage,
            EngineClock clock,
            Consumer<StoredStream> created) {
        super(name, streams, storage, clock, created);
        this.request = request;
        this.content = content;
    }

    @Override
    void make() {
        make(request.contentType(), request.expiry(), request.closed(), Optional.empty(), 0, content);
    }

    @Override
    @Nullable
    String difference(StoredStream stream, StreamState state) {
        if (stream.origin().isPresent()) {
            return "origin: it is a fork";
        }
        if (!stream.contentType().matches(request.contentType())) {
            return "content type: " + stream.contentType();
        }
        if (!stream.expiry().equals(request.expiry())) {
            return "expiry";
        }
        return state.closed() == request.closed() ? null : "closure status";
    }
}
