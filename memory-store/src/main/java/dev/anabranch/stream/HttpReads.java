package dev.anabranch.stream;

import java.util.List;
import java.util.Optional;

/** Makes pages and heads of answers. */
final class HttpReads {

    private HttpReads() {}

    /** The page that a 200 or 204 holds. */
    static StreamPage page(Offset from, HttpAnswer answer) {
        Offset next = answer.requireNextOffset();
        boolean closed = answer.isClosed();
        return new StreamPage(from, messages(answer), next, closed || answer.isUpToDate(), closed);
    }

    private static List<Payload> messages(HttpAnswer answer) {
        if (answer.body().isEmpty()) {
            return List.of();
        }
        if (answer.header("Content-Encoding")
                .filter(coding -> !coding.equalsIgnoreCase("identity"))
                .isPresent()) {
            throw new MalformedAnswerException("page is in a content encoding that nobody asked for");
        }
        if (answer.contentType().filter(ContentType::isJson).isEmpty()) {
            return List.of(answer.body());
        }
        return answer.isWhole()
                ? MalformedAnswerException.garbledIn(() -> JsonMessages.ofArray(answer.body()))
                : JsonMessages.ofArray(answer.body());
    }

    /** The head that a 200 holds, or that {@code known} knows better. */
    static StreamHead head(StreamName name, HttpAnswer answer) {
        return new StreamHead(
                name,
                answer.contentType().orElse(ContentType.OCTET_STREAM),
                answer.requireNextOffset(),
                answer.isClosed(),
                expiry(answer).orElse(Expiry.never()));
    }

    static Optional<Expiry> expiry(HttpAnswer answer) {
        Optional<Expiry> ttl = answer.number("Stream-TTL").map(HttpReads::ttl);
        return ttl.isPresent() ? ttl : answer.time("Stream-Expires-At").map(Expiry::at);
    }

    private static Expiry ttl(long seconds) {
        try {
            return Expiry.ttl(java.time.Duration.ofSeconds(seconds));
        } catch (IllegalArgumentException notATtl) {
            throw new MalformedAnswerException("Stream-TTL is negative", notATtl);
        }
    }
}
