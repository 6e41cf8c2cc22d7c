package dev.anabranch.engine;

import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.LimitExceededException.Limit;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All who wait for some stream to change. Safe for use by many threads. */
final class WaitingReaders {

    private static final Logger log = LoggerFactory.getLogger(WaitingReaders.class);

    private final int max;
    private final AtomicInteger count = new AtomicInteger();
    // Holds on to the cells that are waited for: a cell that nobody holds is loaded anew, and wakes nobody.
    private final Set<Waiting> all = ConcurrentHashMap.newKeySet();

    WaitingReaders(int max) {
        this.max = max;
    }

    int count() {
        return count.get();
    }

    StreamEngine.Wait await(StreamCell cell, StreamStatus seen, Runnable wake) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            throw new LimitExceededException(
                    Limit.RATE, "more than " + max + " readers wait", Optional.of(Duration.ofSeconds(1)));
        }
        Waiting waiting = new Waiting(cell, wake);
        all.add(waiting);
        cell.waiters().add(waiting);
        // Looked at after it was added, so that no change falls in between.
        if (cell.isDiscarded() || cell.committed().deleted() || !cell.status().equals(seen)) {
            waiting.wakeNow();
        }
        return waiting;
    }

    private final class Waiting implements StreamEngine.Wait, Runnable {

        private final StreamCell cell;
        private final Runnable wake;
        private final AtomicBoolean ended = new AtomicBoolean();

        Waiting(StreamCell cell, Runnable wake) {
            this.cell = cell;
            this.wake = wake;
        }

        /** Called by whoever took it out of the cell's waiters. */
        @Override
        public void run() {
            if (end()) {
                try {
                    wake.run();
                } catch (RuntimeException broken) {
                    log.error("a waiting reader of stream {} failed", cell.name(), broken);
                }
            }
        }

        void wakeNow() {
            cell.waiters().remove(this);
            run();
        }

        @Override
        public void close() {
            cell.waiters().remove(this);
            end();
        }

        private boolean end() {
            if (ended.compareAndSet(false, true)) {
                all.remove(this);
                count.decrementAndGet();
                return true;
            }
            return false;
        }
    }
}
