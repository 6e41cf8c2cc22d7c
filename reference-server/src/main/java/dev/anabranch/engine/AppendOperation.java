package dev.anabranch.engine;

import dev.anabranch.storage.StreamState;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.ContentTypeMismatchException;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An append on its way. */
final class AppendOperation extends Operation<AppendResult> {

    private final StreamName name;
    private final AppendRequest request;
    private final StreamDirectory streams;
    private final StreamReader reader;
    private final EngineOptions limits;
    private final LongSupplier now;

    // The content as it was read for a stream of this type, or why it could not be.
    private @Nullable ContentType readAs;
    private @Nullable Content content;
    private @Nullable DurableStreamsException invalid;

    AppendOperation(
            StreamName name,
            AppendRequest request,
            StreamDirectory streams,
            StreamReader reader,
            EngineOptions limits,
            LongSupplier now) {
        this.name = name;
        this.request = request;
        this.streams = streams;
        this.reader = reader;
        this.limits = limits;
        this.now = now;
    }

    AppendRequest request() {
        return request;
    }

    @Override
    void attempt() {
        StreamCell cell = streams.touched(name);
        cell.checkOnce(reader::requireWhole);
        read(cell.stream().contentType());
        cell.append(this).run();
    }

    /**
     * The content, once it is known that the stream is open: that comes first (section 5.2).
     *
     * @throws DurableStreamsException if the stream cannot take it
     */
    Content content(StreamCell cell) {
        if (!request.body().isEmpty() && !cell.stream().contentType().matches(request.contentType())) {
            throw new ContentTypeMismatchException("stream '" + name + "' is of type "
                    + cell.stream().contentType() + ", not " + request.contentType());
        }
        if (invalid != null) {
            throw invalid;
        }
        if (content == null) {
            throw new AssertionError("content was not read");
        }
        return content;
    }

    AppendRules.Verdict judge(StreamState state, Optional<Producer> known, long length) {
        return AppendRules.judge(state, known, request, length, now.getAsLong(), limits);
    }

    /** Reads the body before the stream is locked, because a large one takes time. */
    private void read(ContentType type) {
        if (type.equals(readAs) || !(request.body().isEmpty() || type.matches(request.contentType()))) {
            return;
        }
        readAs = type;
        content = null;
        invalid = null;
        try {
            content = Content.appended(type, request.body(), limits);
        } catch (DurableStreamsException refused) {
            invalid = refused;
        }
    }
}
