package dev.anabranch.storage;

/** What became of a {@link StreamChange}. */
public enum ChangeOutcome {
    CHANGED,
    /** The stream is at another version, deleted or gone. Nothing was written. */
    OUTDATED
}
