package dev.anabranch.engine;

import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.TailListener;
import dev.anabranch.stream.Tailing;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream of the engine being tailed. */
final class EmbeddedTailing implements Tailing {

    /*
     * Every wake-up is counted; the first one takes a thread of the pool, which reads and delivers until all of them
     * are seen to. So at most one thread works for a tailing at a time, and none while it waits.
     *
     * A stream with a TTL is read again in every third of it, because a stream with a live reader does not expire.
     */

    private static final Logger log = LoggerFactory.getLogger(EmbeddedTailing.class);

    private final StreamEngine engine;
    private final StreamName name;
    private final int readBytes;
    private final TailListener listener;
    private final ScheduledExecutorService threads;
    private final AtomicInteger wakeUps = new AtomicInteger();

    private final ReentrantLock delivering = new ReentrantLock();
    private boolean ended; // guarded by delivering
    private Offset next; // the working thread's own
    private @Nullable Long streamId; // the working thread's own
    private boolean hasCaughtUp; // the working thread's own
    private StreamEngine.@Nullable Wait wait; // guarded by delivering
    private @Nullable ScheduledFuture<?> keepingAlive; // guarded by delivering

    private EmbeddedTailing(
            StreamEngine engine,
            StreamName name,
            Offset from,
            int readBytes,
            TailListener listener,
            ScheduledExecutorService threads) {
        this.engine = engine;
        this.name = name;
        this.next = from;
        this.readBytes = readBytes;
        this.listener = listener;
        this.threads = threads;
    }

    static EmbeddedTailing start(
            StreamEngine engine,
            StreamName name,
            Offset from,
            int readBytes,
            TailListener listener,
            ScheduledExecutorService threads) {
        EmbeddedTailing tailing = new EmbeddedTailing(engine, name, from, readBytes, listener, threads);
        if (from.equals(Offset.NOW)) {
            tailing.resolveNow();
        }
        tailing.wake();
        return tailing;
    }

    /** What is appended after the call is told; the tail is looked up before it returns. */
    private void resolveNow() {
        try {
            next = engine.read(name, Offset.NOW, 1).page().next();
        } catch (DurableStreamsException toldLater) {
            log.debug("tailing of {} begins with a failure", name, toldLater);
        }
    }

    private void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            try {
                threads.execute(this::work);
            } catch (RejectedExecutionException closed) {
                log.debug("tailing of {} ends with the streams", name);
            }
        }
    }

    private void work() {
        int seen = wakeUps.get();
        do {
            try {
                readOn();
            } catch (DurableStreamsException failure) {
                finish(() -> tell(failure));
            } catch (RuntimeException broken) {
                // A listener is foreign code: whatever it throws ends its own tailing, and nobody else's.
                log.error("a listener of stream {} failed; it is not called again", name, broken);
                finish(() -> {});
            }
            seen = wakeUps.addAndGet(-seen);
        } while (seen != 0);
    }

    private void tell(DurableStreamsException failure) {
        try {
            listener.onFailure(failure);
        } catch (RuntimeException broken) {
            log.error("a listener of stream {} failed when it was told of {}", name, failure, broken);
        }
    }

    private void readOn() {
        while (!hasEnded()) {
            StreamRead read = engine.read(name, next, readBytes);
            requireSameStream(read.status());
            StreamPage page = read.page();
            next = page.next();
            if (page.closed()) {
                finish(() -> listener.onPage(page));
                return;
            }
            if (!page.messages().isEmpty()) {
                deliver(page);
            }
            if (page.upToDate()) {
                tellCaughtUp();
                await(read.status());
                return;
            }
        }
    }

    private void requireSameStream(StreamStatus status) {
        if (streamId == null) {
            streamId = status.streamId();
            keepAlive(status.head().expiry());
        } else if (streamId != status.streamId()) {
            throw new StreamNotFoundException(name);
        }
    }

    private void deliver(StreamPage page) {
        delivering.lock();
        try {
            if (!ended) {
                listener.onPage(page);
            }
        } finally {
            delivering.unlock();
        }
    }

    private void tellCaughtUp() {
        if (hasCaughtUp) {
            return;
        }
        hasCaughtUp = true;
        delivering.lock();
        try {
            if (!ended) {
                listener.onCaughtUp(next);
            }
        } finally {
            delivering.unlock();
        }
    }

    private void await(StreamStatus status) {
        delivering.lock();
        try {
            if (wait != null) {
                wait.close();
            }
            wait = ended ? null : engine.await(name, status, this::wake);
        } finally {
            delivering.unlock();
        }
    }

    private void keepAlive(Expiry expiry) {
        delivering.lock();
        try {
            if (!ended && expiry instanceof Expiry.Ttl ttl) {
                long third = Math.max(1, ttl.idle().toMillis() / 3);
                keepingAlive = threads.scheduleWithFixedDelay(this::wake, third, third, TimeUnit.MILLISECONDS);
            }
        } finally {
            delivering.unlock();
        }
    }

    /** The last call of the listener, if it is still to be called. */
    private void finish(Runnable lastCall) {
        delivering.lock();
        try {
            if (!ended) {
                end();
                lastCall.run();
            }
        } finally {
            delivering.unlock();
        }
    }

    private boolean hasEnded() {
        delivering.lock();
        try {
            return ended;
        } finally {
            delivering.unlock();
        }
    }

    @Override
    public void close() {
        delivering.lock();
        try {
            end();
        } finally {
            delivering.unlock();
        }
    }

    private void end() {
        ended = true;
        if (wait != null) {
            wait.close();
            wait = null;
        }
        if (keepingAlive != null) {
            keepingAlive.cancel(false);
            keepingAlive = null;
        }
    }
}
