package dev.anabranch.stream;

import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what became of an append from its answer.
 *
 * <p>Four different refusals share the status 409. A closed stream and a gap name themselves in headers (section 5.2);
 * another content type and a sequence that is too low do not, nor does every server: these are told apart by what the
 * stream is now.
 */
final class HttpAppends {

    private final HttpCaller.Call call;
    private final StreamName name;
    private final AppendRequest request;
    private final Supplier<StreamHead> head;

    /**
     * A reader of the answers to {@code request}.
     *
     * @param head asks the server what the stream is now
     */
    HttpAppends(HttpCaller.Call call, StreamName name, AppendRequest request, Supplier<StreamHead> head) {
        this.call = call;
        this.name = name;
        this.request = request;
        this.head = head;
    }

    AppendResult read(HttpAnswer answer, boolean repeated) {
        if (answer.status() == 200 || answer.status() == 204) {
            return isDuplicate(answer) ? duplicate(answer) : appended(answer);
        }
        Optional<Long> epoch = answer.number("Producer-Epoch");
        if (answer.status() == 403 && request.producer().isPresent() && epoch.isPresent()) {
            return refused(new AppendResult.ProducerFenced(epoch.get()), repeated);
        }
        if (answer.status() == 409) {
            return conflict(answer, repeated);
        }
        throw HttpErrors.of(answer, call, name, repeated);
    }

    /** A closing append without a body is answered with 204 the first time as well (section 5.3). */
    private boolean isDuplicate(HttpAnswer answer) {
        if (answer.status() != 204 || request.producer().isEmpty()) {
            return false;
        }
        long sequence = request.producer().get().sequence();
        return !request.body().isEmpty()
                || answer.number("Producer-Seq").filter(last -> last > sequence).isPresent();
    }

    private AppendResult appended(HttpAnswer answer) {
        return new AppendResult.Appended(answer.requireNextOffset(), answer.isClosed() || request.close());
    }

    private AppendResult duplicate(HttpAnswer answer) {
        Optional<Long> last = answer.number("Producer-Seq");
        Optional<Offset> tail = answer.nextOffset();
        if (tail.isPresent()) {
            return new AppendResult.Duplicate(tail.get(), last, answer.isClosed());
        }
        StreamHead now = head.get();
        return new AppendResult.Duplicate(now.tail(), last, now.closed());
    }

    private AppendResult conflict(HttpAnswer answer, boolean repeated) {
        Optional<Long> expected = answer.number("Producer-Expected-Seq");
        if (request.producer().isPresent() && expected.isPresent()) {
            long sequence = request.producer().get().sequence();
            long received = answer.number("Producer-Received-Seq").orElse(sequence);
            return new AppendResult.ProducerGap(expected.get(), received);
        }
        if (answer.isClosed() && answer.nextOffset().isPresent()) {
            return refused(new AppendResult.StreamClosed(answer.requireNextOffset()), repeated);
        }
        StreamHead now = head.get();
        if (now.closed()) {
            return refused(new AppendResult.StreamClosed(now.tail()), repeated);
        }
        if (!request.body().isEmpty() && !now.contentType().matches(request.contentType())) {
            throw new ContentTypeMismatchException(
                            "stream '" + name + "' is of type " + now.contentType() + ", not " + request.contentType())
                    .answered(answer.status());
        }
        if (request.sequence().isPresent()) {
            return new AppendResult.SequenceConflict(now.tail());
        }
        throw HttpErrors.of(answer, call, name, repeated);
    }

    /**
     * A refusal of the last attempt says nothing of an earlier one that may have got through: a server recognises a
     * repeat only as long as nobody has closed the stream or taken the producer over.
     */
    private AppendResult refused(AppendResult refusal, boolean repeated) {
        if (!repeated) {
            return refusal;
        }
        throw new StreamsUnavailableException(
                Cause.CONNECTION,
                Outcome.UNKNOWN,
                call.what() + " got no answer, and its repeat was refused: " + refusal,
                null);
    }
}
