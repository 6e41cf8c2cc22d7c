package dev.anabranch.server.streams;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.StreamName;
import java.util.Optional;

/** Where streams live in the server's URL space. */
final class StreamPath {

    /** The path of every stream begins so. */
    static final String PREFIX = "/v1/stream/";

    /** The first segment that belongs to the control APIs (section 6) and never to a stream. */
    private static final String RESERVED = "__ds";

    /** What the HTTP parser makes of bytes that are not UTF-8. Where a name has this character, it is encoded. */
    private static final char NOT_UTF_8 = '\uFFFD';

    private StreamPath() {}

    /**
     * The stream that {@code rawPath}, still encoded, names; empty if the path is not a stream's but another route's.
     *
     * @throws ProblemException if the path is below the prefix and names nothing
     */
    static Optional<StreamName> parse(String rawPath) {
        if (!rawPath.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String below = rawPath.substring(PREFIX.length());
        if (below.equals(RESERVED) || below.startsWith(RESERVED + "/")) {
            return Optional.empty();
        }
        StreamName name = nameOf(below);
        if (isReserved(name)) {
            throw new ProblemException(Problem.invalid("the path is reserved"));
        }
        return Optional.of(name);
    }

    /** Whether the name belongs to the server itself: no client may read, write or fork it. */
    static boolean isReserved(StreamName name) {
        return name.value().equals(RESERVED) || name.value().startsWith(RESERVED + "/");
    }

    private static StreamName nameOf(String below) {
        if (below.indexOf(NOT_UTF_8) >= 0) {
            throw new ProblemException(Problem.invalid("the path is not UTF-8"));
        }
        try {
            return StreamName.fromUrlPath(below);
        } catch (IllegalArgumentException notAName) {
            throw new ProblemException(Problem.invalid(String.valueOf(notAName.getMessage())));
        }
    }
}
