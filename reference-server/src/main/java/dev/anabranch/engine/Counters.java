package dev.anabranch.engine;

import dev.anabranch.storage.StorageStats;
import java.util.concurrent.atomic.LongAdder;

/** What an engine has done so far. Safe for use by many threads. */
final class Counters {

    private final LongAdder created = new LongAdder();
    private final LongAdder forks = new LongAdder();
    private final LongAdder appends = new LongAdder();
    private final LongAdder appendedBytes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder collected = new LongAdder();

    void created(boolean isFork) {
        created.increment();
        forks.add(isFork ? 1 : 0);
    }

    void appended(int bytes) {
        appends.increment();
        appendedBytes.add(bytes);
    }

    void read() {
        reads.increment();
    }

    void deleted() {
        deletes.increment();
    }

    void expired() {
        expired.increment();
    }

    void collected(int streams) {
        collected.add(streams);
    }

    EngineStats stats(int waiting, long cached, StorageStats storage) {
        return new EngineStats(
                created.sum(),
                forks.sum(),
                appends.sum(),
                appendedBytes.sum(),
                reads.sum(),
                deletes.sum(),
                expired.sum(),
                collected.sum(),
                storage.syncs(),
                waiting,
                cached,
                storage.bytes());
    }
}
