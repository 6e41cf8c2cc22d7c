package dev.anabranch.session;

/**
 * How far a read trusts what this process knows of a session already. Writes are compare-and-set whatever is chosen:
 * two writers never overwrite each other.
 */
public enum Consistency {
    /** Each read asks the server for what is new: one small request. Sees everything written before the call. */
    CHECK_TAIL,
    /** The session is tailed, and reads are answered from memory. May lag behind other writers by a moment. */
    LIVE,
    /**
     * No other process writes to these sessions, so reads are answered from memory and nothing is asked, unless a
     * session's TTL may have run out since this process last asked.
     */
    SINGLE_WRITER
}
