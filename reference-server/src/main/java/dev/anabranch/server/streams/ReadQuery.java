package dev.anabranch.server.streams;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.Offset;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read asks for (sections 5.6 to 5.8).
 *
 * @param cursor the last cursor that the reader was given, if it echoes one
 */
record ReadQuery(Offset offset, Mode mode, Optional<String> cursor) {

    enum Mode {
        CATCH_UP,
        LONG_POLL,
        SSE
    }

    /**
     * Reads the raw query of a URL. Parameters that the protocol does not know are passed over.
     *
     * @throws ProblemException if a parameter is malformed, or there twice, or a live read names no offset
     */
    static ReadQuery parse(@Nullable String rawQuery) {
        Map<String, String> parameters = parameters(rawQuery == null ? "" : rawQuery);
        Mode mode = mode(parameters.get("live"));
        String offset = parameters.get("offset");
        if (offset == null && mode != Mode.CATCH_UP) {
            throw invalid("a live read needs an offset");
        }
        return new ReadQuery(
                offset == null ? Offset.BEGINNING : offset(offset),
                mode,
                Optional.ofNullable(parameters.get("cursor")));
    }

    private static Mode mode(@Nullable String live) {
        if (live == null) {
            return Mode.CATCH_UP;
        }
        return switch (live) {
            case "long-poll" -> Mode.LONG_POLL;
            case "sse" -> Mode.SSE;
            default -> throw invalid("live is neither long-poll nor sse");
        };
    }

    private static Offset offset(String token) {
        try {
            return new Offset(token);
        } catch (IllegalArgumentException malformed) {
            throw invalid(String.valueOf(malformed.getMessage()));
        }
    }

    private static Map<String, String> parameters(String rawQuery) {
        Map<String, String> parameters = new HashMap<>();
        for (int from = 0; from <= rawQuery.length(); ) {
            int ampersand = rawQuery.indexOf('&', from);
            int end = ampersand < 0 ? rawQuery.length() : ampersand;
            String pair = rawQuery.substring(from, end);
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = decoded(equals < 0 ? "" : pair.substring(equals + 1));
            boolean isOurs = name.equals("offset") || name.equals("live") || name.equals("cursor");
            if (isOurs && parameters.put(name, value) != null) {
                throw invalid(name + " is there more than once");
            }
            from = end + 1;
        }
        return parameters;
    }

    private static String decoded(String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException brokenEscape) {
            throw invalid("the query has a broken percent escape");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalid(detail));
    }
}
