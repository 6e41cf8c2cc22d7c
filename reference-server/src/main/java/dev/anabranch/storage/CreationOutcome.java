package dev.anabranch.storage;

/** What became of a {@link StreamCreation}. */
public sealed interface CreationOutcome {

    record Created(StoredStream stream) implements CreationOutcome {}

    /** Another stream, deleted or not, holds the name. */
    record NameTaken() implements CreationOutcome {}

    /** The source is gone, deleted, or shorter than believed. */
    record SourceUnavailable() implements CreationOutcome {}
}
