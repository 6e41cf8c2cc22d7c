package dev.anabranch.server.streams;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Reads the protocol's request headers, strictly: a header that is there and makes no sense, or is there twice, is a
 * 400. Only {@code Stream-Closed} is lenient, as section 4.1 demands.
 */
final class RequestHeaders {

    private static final int TEXT_LENGTH_MAX = 1024;
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,18}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final Set<String> PLAIN = Set.of("identity");
    private static final Set<String> CHUNKED = Set.of("chunked");

    private final HttpFields fields;

    RequestHeaders(HttpFields fields) {
        this.fields = fields;
    }

    Optional<ContentType> contentType() {
        return single("Content-Type").map(value -> parsed("Content-Type", () -> new ContentType(value)));
    }

    /** True for {@code true} in any case; everything else counts as absent. */
    boolean closed() {
        return fields.getValuesList(StreamHeaders.CLOSED).stream().anyMatch(value -> value.equalsIgnoreCase("true"));
    }

    /**
     * Makes sure that the body's bytes are what is meant: a stream holds them as they come.
     *
     * @throws ProblemException if they are compressed, or where they end is in doubt
     */
    void requirePlainBody(HttpVersion version) {
        if (isCodedOtherThan(PLAIN, HttpHeader.CONTENT_ENCODING)) {
            throw new ProblemException(
                    Problem.of(415, "bodies are taken as they are: Content-Encoding is not supported")
                            .withHeader("Accept-Encoding", "identity"));
        }
        // What HTTP/1.0 makes of chunks, the proxies in between may see otherwise (RFC 9112 section 6.1).
        Set<String> known = version == HttpVersion.HTTP_1_0 ? Set.of() : CHUNKED;
        if (isCodedOtherThan(known, HttpHeader.TRANSFER_ENCODING)) {
            throw new ProblemException(Problem.invalid("Transfer-Encoding is none but chunked, which is of HTTP/1.1")
                    .withHeader("Connection", "close"));
        }
    }

    private boolean isCodedOtherThan(Set<String> known, HttpHeader header) {
        return fields.getCSV(header, false).stream()
                .anyMatch(coding -> !known.contains(coding.toLowerCase(Locale.ROOT)));
    }

    /** How the stream shall expire, or empty when no header says. */
    Optional<Expiry> expiry() {
        Optional<String> ttl = single(StreamHeaders.TTL);
        Optional<String> expiresAt = single(StreamHeaders.EXPIRES_AT);
        if (ttl.isPresent() && expiresAt.isPresent()) {
            throw invalid("Stream-TTL and Stream-Expires-At exclude each other");
        }
        if (ttl.isPresent()) {
            long seconds = decimal(StreamHeaders.TTL, ttl.get());
            return Optional.of(Expiry.ttl(Duration.ofSeconds(seconds)));
        }
        return expiresAt.map(RequestHeaders::timestamp);
    }

    Optional<String> sequence() {
        Optional<String> sequence = single(StreamHeaders.SEQ);
        sequence.ifPresent(value -> requireText(StreamHeaders.SEQ, value));
        return sequence;
    }

    /** The stamp of an idempotent producer: all three headers, or none. */
    Optional<Producer> producer() {
        Optional<String> id = single(StreamHeaders.PRODUCER_ID);
        Optional<String> epoch = single(StreamHeaders.PRODUCER_EPOCH);
        Optional<String> sequence = single(StreamHeaders.PRODUCER_SEQ);
        if (id.isEmpty() && epoch.isEmpty() && sequence.isEmpty()) {
            return Optional.empty();
        }
        if (id.isEmpty() || epoch.isEmpty() || sequence.isEmpty()) {
            throw invalid("Producer-Id, Producer-Epoch and Producer-Seq belong together");
        }
        requireText(StreamHeaders.PRODUCER_ID, id.get());
        long epochNumber = number(StreamHeaders.PRODUCER_EPOCH, epoch.get());
        long sequenceNumber = number(StreamHeaders.PRODUCER_SEQ, sequence.get());
        return Optional.of(new Producer(id.get(), epochNumber, sequenceNumber));
    }

    /** The stream that shall be forked, or empty when this is no fork. */
    Optional<StreamName> forkedFrom() {
        Optional<String> path = single(StreamHeaders.FORKED_FROM);
        if (path.isEmpty()) {
            if (fields.contains(StreamHeaders.FORK_OFFSET) || fields.contains(StreamHeaders.FORK_SUB_OFFSET)) {
                throw invalid("Stream-Fork-Offset and Stream-Fork-Sub-Offset need Stream-Forked-From");
            }
            return Optional.empty();
        }
        if (!path.get().startsWith(StreamPath.PREFIX)) {
            throw new ProblemException(Problem.notFound("Stream-Forked-From is not the path of a stream here"));
        }
        String below = path.get().substring(StreamPath.PREFIX.length());
        StreamName source = parsed(StreamHeaders.FORKED_FROM, () -> StreamName.fromUrlPath(below));
        if (StreamPath.isReserved(source)) {
            throw new ProblemException(Problem.notFound("there is no such stream to fork"));
        }
        return Optional.of(source);
    }

    Optional<Offset> forkOffset() {
        Optional<Offset> offset = single(StreamHeaders.FORK_OFFSET)
                .map(value -> parsed(StreamHeaders.FORK_OFFSET, () -> new Offset(value)));
        if (offset.filter(Offset::isSentinel).isPresent()) {
            throw invalid("Stream-Fork-Offset is not an offset that the server has named");
        }
        return offset;
    }

    long forkSubOffset() {
        return single(StreamHeaders.FORK_SUB_OFFSET)
                .map(value -> decimal(StreamHeaders.FORK_SUB_OFFSET, value))
                .orElse(0L);
    }

    private Optional<String> single(String name) {
        @Nullable HttpField found = null;
        for (HttpField field : fields) {
            if (field.is(name)) {
                if (found != null) {
                    throw invalid(name + " is there more than once");
                }
                found = field;
            }
        }
        return Optional.ofNullable(found).map(field -> field.getValue() == null ? "" : field.getValue());
    }

    private static void requireText(String name, String value) {
        if (value.isEmpty() || value.length() > TEXT_LENGTH_MAX) {
            throw invalid(name + " is not 1 to " + TEXT_LENGTH_MAX + " characters long");
        }
    }

    private static long decimal(String name, String value) {
        if (DECIMAL.matcher(value).matches()) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException beyondLong) {
                throw new ProblemException(Problem.invalid(name + " is too large"));
            }
        }
        throw invalid(name + " is not a non-negative decimal integer");
    }

    private static long number(String name, String value) {
        if (DIGITS.matcher(value).matches()) {
            long number = Long.parseLong(value);
            if (number <= Producer.NUMBER_MAX) {
                return number;
            }
        }
        throw invalid(name + " is not an integer from 0 to 2^53-1");
    }

    private static Expiry timestamp(String value) {
        try {
            return Timestamps.parse(value)
                    .map(Expiry::at)
                    .orElseThrow(() -> invalid("Stream-Expires-At is not an RFC 3339 timestamp"));
        } catch (DateTimeException noSuchTime) {
            throw new ProblemException(Problem.invalid("Stream-Expires-At names a time that does not exist"));
        }
    }

    private interface Parser<T> {
        T parse();
    }

    private static <T> T parsed(String name, Parser<T> parser) {
        try {
            return parser.parse();
        } catch (IllegalArgumentException malformed) {
            throw new ProblemException(Problem.invalid(name + ": " + malformed.getMessage()));
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalid(detail));
    }
}
