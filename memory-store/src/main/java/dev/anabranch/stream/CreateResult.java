package dev.anabranch.stream;

/** What became of a request to create or fork a stream. Only {@link Created} changed anything. */
public sealed interface CreateResult {

    /** The stream is new, and durable. */
    record Created(StreamHead head) implements CreateResult {}

    /** A stream of the same configuration was there already: the request had been made before. */
    record AlreadyExists(StreamHead head) implements CreateResult {}

    /**
     * The name is taken by a stream of another configuration, or by a deleted one that forks still read; or the fork's
     * source is deleted, or of another content type.
     *
     * @param reason what differs, for people
     */
    record Conflict(String reason) implements CreateResult {}
}
