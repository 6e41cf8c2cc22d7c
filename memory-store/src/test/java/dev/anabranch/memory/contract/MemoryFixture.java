package dev.anabranch.memory.contract;

import org.junit.jupiter.api.Assumptions;

/** What the parts of the contract need from the class that runs them. */
interface MemoryFixture {

    /** The store under test. Compares each of its answers with what was written. */
    CheckedStore store();

    /** A further store on the same data, open until the test ends. */
    CheckedStore anotherStore();

    boolean can(Capability capability);

    default void require(Capability capability) {
        Assumptions.assumeTrue(can(capability), () -> "this store does not promise " + capability);
    }
}
