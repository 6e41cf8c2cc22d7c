package dev.anabranch.memory.contract;

/** What a store may offer beyond keeping one caller's messages in one process. Tests of what it lacks are skipped. */
public enum Capability {
    /** Messages outlive the store object: it is closed, another one is opened, and they are there. */
    SURVIVES_RESTART,

    /** Several store objects can be open on the same data, and each sees at once what another has written. */
    SHARED_BETWEEN_STORES,

    /** Several writers on one memory id lose nothing: each message of each of them is stored exactly once. */
    MERGES_WRITERS,

    /** A list that was handed in or out is a snapshot: changing it later does not change what is stored. */
    COPIES_LISTS,

    /** Memory ids may be of any type, and ids that are not equal never share a memory, whatever they print as. */
    ANY_ID_TYPE
}
