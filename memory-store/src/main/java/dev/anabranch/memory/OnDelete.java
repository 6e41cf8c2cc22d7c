package dev.anabranch.memory;

/** What {@code deleteMessages} does. */
public enum OnDelete {
    /** Clears the window; the history stays readable. */
    RESET,
    /** Deletes the session. Its branches live on, and the memory id begins anew. */
    DELETE
}
