package dev.anabranch.server.streams;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short work on a pool, in order and on a few of its threads at a time. One append may wake thousands of readers:
 * left to itself, the pool would grow to its limit over that, and requests would queue up behind it. Safe for use by
 * many threads.
 */
final class FewThreads implements Executor {

    private static final Logger log = LoggerFactory.getLogger(FewThreads.class);

    private final Executor pool;
    private final int max;
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    FewThreads(Executor pool, int max) {
        this.pool = pool;
        this.max = max;
    }

    @Override
    public void execute(Runnable work) {
        waiting.add(work);
        startAnother();
    }

    private void startAnother() {
        int now = running.get();
        while (now < max && !waiting.isEmpty()) {
            if (running.compareAndSet(now, now + 1)) {
                start();
                return;
            }
            now = running.get();
        }
    }

    private void start() {
        try {
            pool.execute(this::work);
        } catch (RuntimeException refused) {
            running.decrementAndGet();
            throw refused;
        }
    }

    private void work() {
        try {
            Runnable next = waiting.poll();
            while (next != null) {
                run(next);
                next = waiting.poll();
            }
        } finally {
            running.decrementAndGet();
            // What was added after the last look, while this still counted, or what an error has left.
            startAnother();
        }
    }

    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException broken) {
            log.error("a live read failed", broken);
        }
    }
}
