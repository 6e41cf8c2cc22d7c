package dev.anabranch.server.security;

import java.util.Optional;

/** Tells who sends a request, by its {@code Authorization} header alone. Safe for use by many threads. */
public interface Authenticator {

    /** Everybody is {@link Caller#LOCAL}. For servers that only this machine can reach. */
    static Authenticator singleUser() {
        return authorization -> new Authentication.Known(Caller.LOCAL);
    }

    /**
     * Looks at the credentials of one request.
     *
     * @param authorization the value of the header, if there is one
     */
    Authentication authenticate(Optional<String> authorization);
}
