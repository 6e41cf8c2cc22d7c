package dev.anabranch.server.gate;

import dev.anabranch.server.security.Caller;
import java.util.Optional;

/**
 * How a caller came in. What goes on after its request, on a WebSocket or in a batch, passes here again for each thing
 * that is asked: a token that has expired or was taken back opens nothing any more, and its rate limit counts calls.
 */
public interface Admission {

    /**
     * The caller, still in.
     *
     * @throws dev.anabranch.server.http.ProblemException 401 if the token is no good any more, 429 if it has spent its
     *     requests
     */
    Caller renew();

    /** The caller, if the token is still good. Counts nothing. */
    Optional<Caller> caller();
}
