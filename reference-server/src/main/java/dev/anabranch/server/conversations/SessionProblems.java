package dev.anabranch.server.conversations;

import dev.anabranch.forward.NothingToBringForwardException;
import dev.anabranch.server.http.Problem;
import dev.anabranch.session.MessageNotStorableException;
import dev.anabranch.session.NoSuchMessageException;
import dev.anabranch.session.OpenToolCallsException;
import dev.anabranch.session.SessionException;
import dev.anabranch.session.SessionExistsException;
import dev.anabranch.session.SessionNotFoundException;

/** What a request has done wrong with sessions, as a problem. */
public final class SessionProblems {

    private SessionProblems() {}

    public static Problem of(SessionException failure) {
        String detail = String.valueOf(failure.getMessage());
        if (failure instanceof SessionNotFoundException) {
            return Problem.notFound("there is no such conversation");
        }
        if (failure instanceof SessionExistsException) {
            return Problem.conflict("the id is taken");
        }
        if (failure instanceof NoSuchMessageException || failure instanceof MessageNotStorableException) {
            return Problem.invalid(detail);
        }
        if (failure instanceof OpenToolCallsException || failure instanceof NothingToBringForwardException) {
            return Problem.conflict(detail);
        }
        return Problem.conflict(detail);
    }
}
