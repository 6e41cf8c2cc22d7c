package dev.anabranch.engine;

import dev.anabranch.storage.StreamState;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.AppendResult.Appended;
import dev.anabranch.stream.AppendResult.Duplicate;
import dev.anabranch.stream.AppendResult.ProducerFenced;
import dev.anabranch.stream.AppendResult.ProducerGap;
import dev.anabranch.stream.AppendResult.SequenceConflict;
import dev.anabranch.stream.AppendResult.StreamClosed;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Producer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What an append does to a stream, by the rules of PROTOCOL.md sections 5.2 and 5.2.1. No side effects. */
final class AppendRules {

    private AppendRules() {}

    /**
     * What became of an append.
     *
     * @param next the stream's next state if the append was accepted
     */
    record Verdict(AppendResult result, Optional<StreamState> next) {

        static Verdict refused(AppendResult result) {
            return new Verdict(result, Optional.empty());
        }
    }

    /** What a closed stream answers to any append. Comes before every other check. */
    static AppendResult onClosed(StreamState state, AppendRequest request) {
        Offset tail = Positions.offset(state.tail());
        if (request.producer().isPresent()) {
            Producer producer = request.producer().get();
            return state.closedBy().equals(request.producer())
                    ? new Duplicate(tail, Optional.of(producer.sequence()), true)
                    : new StreamClosed(tail);
        }
        boolean closesOnly = request.body().isEmpty() && request.close();
        return closesOnly ? new Duplicate(tail, Optional.empty(), true) : new StreamClosed(tail);
    }

    /**
     * Judges an append to an open stream.
     *
     * @param known the last accepted append of the same producer
     * @param length how many positions the content takes
     * @param now when the stream is accessed
     */
    static Verdict judge(
            StreamState state,
            Optional<Producer> known,
            AppendRequest request,
            long length,
            long now,
            EngineOptions limits) {
        if (request.producer().isPresent()) {
            Optional<AppendResult> refusal =
                    producerRefusal(state, known, request.producer().get(), limits);
            if (refusal.isPresent()) {
                return Verdict.refused(refusal.get());
            }
        }
        if (request.sequence().isPresent()
                && state.sequence().isPresent()
                && !isAfter(request.sequence().get(), state.sequence().get())) {
            return Verdict.refused(new SequenceConflict(Positions.offset(state.tail())));
        }
        long tail = state.tail() + length;
        boolean isNewProducer = request.producer().isPresent() && known.isEmpty();
        StreamState next = new StreamState(
                state.version() + 1,
                tail,
                request.close(),
                request.close() ? request.producer() : Optional.empty(),
                request.sequence().or(state::sequence),
                state.producers() + (isNewProducer ? 1 : 0),
                now,
                state.due(),
                false);
        return new Verdict(new Appended(Positions.offset(tail), request.close()), Optional.of(next));
    }

    private static Optional<AppendResult> producerRefusal(
            StreamState state, Optional<Producer> known, Producer producer, EngineOptions limits) {
        if (known.isEmpty()) {
            if (producer.sequence() != 0) {
                return Optional.of(new ProducerGap(0, producer.sequence()));
            }
            if (state.producers() >= limits.producersPerStreamMax()) {
                throw new LimitExceededException(
                        Limit.SIZE,
                        "stream has " + limits.producersPerStreamMax() + " producers already, and forgets none",
                        Optional.empty());
            }
            return Optional.empty();
        }
        Producer last = known.get();
        if (producer.epoch() < last.epoch()) {
            return Optional.of(new ProducerFenced(last.epoch()));
        }
        if (producer.epoch() > last.epoch()) {
            if (producer.sequence() != 0) {
                throw new InvalidRequestException(
                        "a new producer epoch begins with sequence 0, not with " + producer.sequence());
            }
            return Optional.empty();
        }
        if (producer.sequence() <= last.sequence()) {
            return Optional.of(
                    new Duplicate(Positions.offset(state.tail()), Optional.of(last.sequence()), state.closed()));
        }
        if (producer.sequence() > last.sequence() + 1) {
            return Optional.of(new ProducerGap(last.sequence() + 1, producer.sequence()));
        }
        return Optional.empty();
    }

    private static boolean isAfter(String sequence, String last) {
        return Arrays.compareUnsigned(sequence.getBytes(StandardCharsets.UTF_8), last.getBytes(StandardCharsets.UTF_8))
                > 0;
    }
}
