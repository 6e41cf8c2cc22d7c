package dev.anabranch.session;

import dev.anabranch.stream.Producer;

/** The stamp of this process on its appends to one stream. Not safe for use by many threads. */
final class Producers {

    private String id;
    private long epoch;
    private long sequence;

    Producers(String id) {
        this.id = id;
    }

    Producer next() {
        return new Producer(id, epoch, sequence);
    }

    /** The last append was written. */
    void used() {
        sequence++;
    }

    /** Nobody knows what became of the last append: a new epoch keeps it from being written late. */
    void lost() {
        epoch++;
        sequence = 0;
    }

    /** The server's record of this producer is not ours. */
    void replaced() {
        id = Ids.random();
        epoch = 0;
        sequence = 0;
    }
}
