package dev.anabranch.server.gate;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.security.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sessions that are forked and deleted by the protocol alone, at {@code /v1/stream}. Methods block. */
public interface RawSessions {

    /** A fork under any other name would be in no tree: uncounted, and everybody's. */
    Problem NOT_A_SESSION = Problem.of(
            403, "forbidden", "a session's stream is forked to /v1/stream/sessions/{id}, with a session's id");

    /**
     * Lists a branch that is about to be made, unless its maker has listed it, within the limits of all faces.
     *
     * @param ttl the branch's own, if it has one
     * @return whether it was listed by this call
     * @throws dev.anabranch.server.http.ProblemException if that would go past a limit, or the id is taken or no
     *     session's
     */
    boolean admit(UserId maker, String parent, String branch, Optional<Duration> ttl);

    /** Lists a session if it exists, and only then. */
    void settle(String session);

    /** The branches of a session. */
    List<String> children(String session);
}
