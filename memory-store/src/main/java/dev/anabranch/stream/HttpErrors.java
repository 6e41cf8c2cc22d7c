package dev.anabranch.stream;

import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.util.Optional;

/** Turns the answers that mean the same for every request into the package's exceptions. */
final class HttpErrors {

    private HttpErrors() {}

    /**
     * What an answer says that is none of those the request hopes for.
     *
     * @param repeated whether an earlier attempt of the call may have been carried out
     */
    static DurableStreamsException of(HttpAnswer answer, HttpCaller.Call call, StreamName stream, boolean repeated) {
        return meaning(answer, call, stream, repeated).answered(answer.status());
    }

    private static DurableStreamsException meaning(
            HttpAnswer answer, HttpCaller.Call call, StreamName stream, boolean repeated) {
        int status = answer.status();
        boolean maybeDone = call.changes() && repeated;
        String said = call.what() + " was answered with " + status + answer.detail();
        if (status == 401 || status == 403 || status == 407) {
            return new AccessDeniedException(said);
        }
        if (status == 404) {
            return new StreamNotFoundException(stream);
        }
        if (status == 410) {
            return new StreamGoneException(stream);
        }
        if (status == 507) {
            return unavailable(Cause.STORAGE_FULL, maybeDone, said);
        }
        if (status == 408 || status == 425 || (maybeDone && status == 429)) {
            return unavailable(Cause.FAILURE, maybeDone, said);
        }
        if (status == 413) {
            return new LimitExceededException(Limit.SIZE, said, Optional.empty());
        }
        if (status == 429) {
            return new LimitExceededException(Limit.RATE, said, RetryAfter.of(answer));
        }
        if (status >= 300 && status < 400) {
            return new InvalidRequestException(
                    said + " (a redirect is followed only to the same scheme, host and port)");
        }
        if ((status >= 400 && status < 500) || status == 501 || status == 505) {
            return new InvalidRequestException(said);
        }
        return unavailable(Cause.FAILURE, call.changes(), said);
    }

    /** What an answer says that makes no sense. It was an answer to something, so a change may have been made. */
    static StreamsUnavailableException malformed(HttpCaller.Call call, MalformedAnswerException malformed) {
        return new StreamsUnavailableException(
                Cause.ANSWER,
                call.changes() ? Outcome.UNKNOWN : Outcome.NOT_DONE,
                call.what() + " was not answered as the protocol has it: " + malformed.getMessage(),
                malformed);
    }

    private static StreamsUnavailableException unavailable(Cause reason, boolean maybeDone, String said) {
        return new StreamsUnavailableException(reason, maybeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE, said, null);
    }
}
