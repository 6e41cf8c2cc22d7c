package dev.anabranch.server.security;

/** What became of the credentials of a request. */
public sealed interface Authentication {

    /** The caller is who the token says. */
    record Known(Caller caller) implements Authentication {}

    /** There are no credentials, and there must be. */
    record Missing() implements Authentication {}

    /**
     * The credentials are no good.
     *
     * @param reason for the caller; quotes nothing of the token
     */
    record Refused(String reason) implements Authentication {}
}
