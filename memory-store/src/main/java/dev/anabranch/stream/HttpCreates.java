package dev.anabranch.stream;

import java.util.Optional;

/** Reads what became of a request to create or fork a stream. */
final class HttpCreates {

    private HttpCreates() {}

    /**
     * A repeat that finds the stream there may have met its own earlier attempt or another's: that cannot be told, and
     * {@link CreateResult.AlreadyExists} is true of both.
     *
     * @param expected the stream's type and expiry as far as the request settles them
     * @return empty if the answer is neither success nor conflict
     */
    static Optional<CreateResult> read(StreamName name, HttpAnswer answer, Expected expected) {
        return switch (answer.status()) {
            case 200 -> Optional.of(new CreateResult.AlreadyExists(head(name, answer, expected)));
            case 201 -> Optional.of(new CreateResult.Created(head(name, answer, expected)));
            case 409, 410 -> Optional.of(new CreateResult.Conflict(reason(answer)));
            default -> Optional.empty();
        };
    }

    private static String reason(HttpAnswer answer) {
        String detail = answer.detail();
        return detail.isEmpty() ? "the server answered with " + answer.status() : detail.substring(2);
    }

    /** What a stream must be like if it was created as asked. */
    record Expected(Optional<ContentType> contentType, Expiry expiry, boolean closed) {}

    private static StreamHead head(StreamName name, HttpAnswer answer, Expected expected) {
        return new StreamHead(
                name,
                answer.contentType().or(expected::contentType).orElse(ContentType.OCTET_STREAM),
                answer.requireNextOffset(),
                answer.isClosed() || expected.closed(),
                HttpReads.expiry(answer).orElse(expected.expiry()));
    }
}
