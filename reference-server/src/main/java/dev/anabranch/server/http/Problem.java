package dev.anabranch.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.stream.AccessDeniedException;
import dev.anabranch.stream.ContentTypeMismatchException;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamsUnavailableException;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * An error as clients see it: {@code application/problem+json} (RFC 9457).
 *
 * @param status the HTTP status, 4xx or 5xx
 * @param code what went wrong, for programs: {@code not_found}, {@code validation_error}, …
 * @param detail what went wrong, for people; shows nothing of the server's inside
 * @param headers response headers that belong to the error, such as {@code Retry-After}
 */
public record Problem(int status, String code, String detail, Map<String, String> headers) {

    /** The media type of every problem. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RETRY_DEFAULT = Duration.ofSeconds(1);

    public Problem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not the status of an error: " + status);
        }
        headers = Map.copyOf(headers);
    }

    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, Map.of());
    }

    /** 400: the request is malformed. */
    public static Problem invalid(String detail) {
        return of(HttpStatus.BAD_REQUEST_400, "validation_error", detail);
    }

    /** 404: there is no such thing, or none that the caller may know of. */
    public static Problem notFound(String detail) {
        return of(HttpStatus.NOT_FOUND_404, "not_found", detail);
    }

    /** 409: the request does not fit the state of what it is about. */
    public static Problem conflict(String detail) {
        return of(HttpStatus.CONFLICT_409, "conflict", detail);
    }

    /** 413: the body is larger than the limit. */
    public static Problem bodyTooLarge(long bytesMax) {
        return of(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                "limit_exceeded",
                "the request body is larger than " + bytesMax + " bytes");
    }

    /** Any other error, with a code that follows from its status. */
    public static Problem of(int status, String detail) {
        return of(status, codeOf(status), detail);
    }

    /** The problem that {@code failure} is to a client. What is not the client's business becomes a bare 500. */
    public static Problem of(Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return of(failure.getCause());
        }
        if (failure instanceof ProblemException problem) {
            return problem.problem();
        }
        if (failure instanceof StreamNotFoundException) {
            return notFound(detailOf(failure));
        }
        if (failure instanceof StreamGoneException) {
            return of(HttpStatus.GONE_410, "gone", detailOf(failure));
        }
        if (failure instanceof InvalidRequestException) {
            return invalid(detailOf(failure));
        }
        if (failure instanceof ContentTypeMismatchException) {
            return conflict(detailOf(failure));
        }
        if (failure instanceof AccessDeniedException) {
            return of(HttpStatus.FORBIDDEN_403, "forbidden", detailOf(failure));
        }
        if (failure instanceof LimitExceededException limit) {
            return limitExceeded(limit);
        }
        if (failure instanceof StreamsUnavailableException unavailable) {
            return unavailable(unavailable);
        }
        if (failure instanceof HttpException http && http.getCode() >= 400) {
            String reason = http.getReason();
            return of(http.getCode(), reason == null ? HttpStatus.getMessage(http.getCode()) : reason);
        }
        if (failure instanceof MethodNotAllowedResponse other) {
            return methodNotAllowed(other.getDetails().getOrDefault("availableMethods", ""));
        }
        if (failure instanceof HttpResponseException http && http.getStatus() >= 400) {
            return of(http.getStatus(), detailOf(http));
        }
        return of(
                HttpStatus.INTERNAL_SERVER_ERROR_500,
                "internal_error",
                "the server failed to answer; its log says more");
    }

    public Problem withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Problem(status, code, detail, more);
    }

    /** 503, for a while: there is too much to do. */
    public static Problem busy(String detail) {
        return of(HttpStatus.SERVICE_UNAVAILABLE_503, "limit_exceeded", detail).retryAfter(Optional.empty());
    }

    /** The body: a JSON object with {@code type}, {@code title}, {@code status}, {@code detail} and {@code code}. */
    public byte[] toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", HttpStatus.getMessage(status));
        members.put("status", status);
        members.put("detail", detail);
        members.put("code", code);
        try {
            return JSON.writeValueAsBytes(members);
        } catch (JsonProcessingException impossible) {
            throw new AssertionError("strings and a number are JSON", impossible);
        }
    }

    private Problem retryAfter(Optional<Duration> wait) {
        long seconds = Math.max(1, wait.orElse(RETRY_DEFAULT).plusMillis(999).toSeconds());
        return withHeader("Retry-After", Long.toString(seconds));
    }

    /** Every route that answers GET answers HEAD. */
    private static Problem methodNotAllowed(String methods) {
        Set<String> allowed = new TreeSet<>(List.of(methods.split(", ")));
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return of(HttpStatus.METHOD_NOT_ALLOWED_405, "this path does not take the method")
                .withHeader("Allow", String.join(", ", allowed));
    }

    private static Problem limitExceeded(LimitExceededException limit) {
        if (limit.limit() == LimitExceededException.Limit.SIZE) {
            return of(HttpStatus.PAYLOAD_TOO_LARGE_413, "limit_exceeded", detailOf(limit));
        }
        return of(HttpStatus.TOO_MANY_REQUESTS_429, "limit_exceeded", detailOf(limit))
                .retryAfter(limit.retryAfter());
    }

    private static Problem unavailable(StreamsUnavailableException unavailable) {
        if (unavailable.reason() == StreamsUnavailableException.Cause.STORAGE_FULL) {
            return of(HttpStatus.INSUFFICIENT_STORAGE_507, "storage_full", detailOf(unavailable));
        }
        return of(HttpStatus.SERVICE_UNAVAILABLE_503, "unavailable", detailOf(unavailable))
                .retryAfter(Optional.empty());
    }

    private static String detailOf(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? "" : message;
    }

    private static String codeOf(int status) {
        return switch (status) {
            case 400 -> "validation_error";
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 408 -> "timeout";
            case 409 -> "conflict";
            case 410 -> "gone";
            case 413, 414, 429, 431 -> "limit_exceeded";
            case 415 -> "unsupported_media_type";
            case 503 -> "unavailable";
            case 505 -> "http_version_not_supported";
            case 507 -> "storage_full";
            default -> status < 500 ? "bad_request" : "internal_error";
        };
    }
}
