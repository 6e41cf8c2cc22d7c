package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code POST}: appends, closes, or both (sections 5.2 and 5.3). */
final class Appending {

    private final StreamEngine engine;

    Appending(StreamEngine engine) {
        this.engine = engine;
    }

    /** The headers of a {@code POST}. */
    record Wanted(
            Optional<ContentType> contentType, Optional<Producer> producer, Optional<String> sequence, boolean close) {}

    Wanted read(RequestHeaders headers, boolean hasBody) {
        // A close without a body is never refused for its content type, whatever a library attached to it.
        Optional<ContentType> contentType = hasBody ? headers.contentType() : Optional.empty();
        return new Wanted(contentType, headers.producer(), headers.sequence(), headers.closed());
    }

    CompletableFuture<AppendResult> append(StreamName name, Wanted wanted, Payload body) {
        if (body.isEmpty() && !wanted.close()) {
            throw new ProblemException(Problem.invalid("the body is empty and the stream is not to be closed"));
        }
        if (!body.isEmpty() && wanted.contentType().isEmpty()) {
            throw new ProblemException(Problem.invalid("Content-Type is missing"));
        }
        ContentType contentType = wanted.contentType().orElse(ContentType.OCTET_STREAM);
        return engine.append(
                name, new AppendRequest(contentType, body, wanted.producer(), wanted.sequence(), wanted.close()));
    }

    /** Spells the outcome in HTTP. The only place that pairs outcomes of appends with status codes. */
    static void write(AppendResult result, Optional<Producer> producer, boolean hasBody, Exchange exchange) {
        if (result instanceof AppendResult.Appended appended) {
            state(appended.tail(), appended.closed(), exchange);
            producer.ifPresent(p -> producer(p.epoch(), p.sequence(), exchange));
            // A producer's append that is new is 200, to tell it from a duplicate; a close alone is 204 (section 5.3).
            exchange.reply(producer.isPresent() && hasBody ? 200 : 204);
        } else if (result instanceof AppendResult.Duplicate duplicate) {
            state(duplicate.tail(), duplicate.closed(), exchange);
            producer.ifPresent(p -> producer(p.epoch(), duplicate.lastSequence().orElse(p.sequence()), exchange));
            exchange.reply(204);
        } else if (result instanceof AppendResult.StreamClosed closed) {
            state(closed.tail(), true, exchange);
            exchange.reply(Problem.of(409, "stream_closed", "the stream is closed"));
        } else if (result instanceof AppendResult.SequenceConflict conflict) {
            state(conflict.tail(), false, exchange);
            exchange.reply(
                    Problem.of(409, "sequence_conflict", "Stream-Seq is not greater than that of an earlier append"));
        } else if (result instanceof AppendResult.ProducerFenced fenced) {
            exchange.header(StreamHeaders.PRODUCER_EPOCH, Long.toString(fenced.currentEpoch()));
            exchange.reply(Problem.of(
                    403, "producer_fenced", "epoch " + fenced.currentEpoch() + " of this producer has taken over"));
        } else if (result instanceof AppendResult.ProducerGap gap) {
            exchange.header(StreamHeaders.PRODUCER_EXPECTED_SEQ, Long.toString(gap.expectedSequence()));
            exchange.header(StreamHeaders.PRODUCER_RECEIVED_SEQ, Long.toString(gap.receivedSequence()));
            exchange.reply(Problem.of(
                    409,
                    "producer_gap",
                    "expected Producer-Seq " + gap.expectedSequence() + ", received " + gap.receivedSequence()));
        } else {
            throw new AssertionError("no response for " + result);
        }
    }

    private static void state(Offset tail, boolean closed, Exchange exchange) {
        exchange.header(StreamHeaders.NEXT_OFFSET, tail.token());
        if (closed) {
            exchange.header(StreamHeaders.CLOSED, "true");
        }
    }

    private static void producer(long epoch, long sequence, Exchange exchange) {
        exchange.header(StreamHeaders.PRODUCER_EPOCH, Long.toString(epoch));
        exchange.header(StreamHeaders.PRODUCER_SEQ, Long.toString(sequence));
    }
}
