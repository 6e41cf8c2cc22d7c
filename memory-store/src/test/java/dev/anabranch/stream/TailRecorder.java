package dev.anabranch.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Keeps what a tail brings, and lets a test wait for it. */
public final class TailRecorder implements TailListener {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<StreamPage> pages = new ArrayList<>(); // guarded by lock
    private final List<Offset> caughtUp = new ArrayList<>(); // guarded by lock
    private Optional<DurableStreamsException> failure = Optional.empty(); // guarded by lock

    @Override
    public void onPage(StreamPage page) {
        locked(() -> pages.add(page));
    }

    @Override
    public void onCaughtUp(Offset tail) {
        locked(() -> caughtUp.add(tail));
    }

    @Override
    public void onFailure(DurableStreamsException failure) {
        locked(() -> this.failure = Optional.of(failure));
    }

    /** Waits until this many messages have come, and returns all that have. */
    public List<Payload> messages(int count) {
        await(() -> all().size() >= count, count + " messages");
        return all();
    }

    /** Waits until this many bytes have come, and returns all that have, as text. */
    public String text(int bytes) {
        await(() -> all().stream().mapToInt(Payload::size).sum() >= bytes, bytes + " bytes");
        StringBuilder text = new StringBuilder();
        all().forEach(piece -> text.append(piece.utf8()));
        return text.toString();
    }

    /** Waits for the page that says that the stream is closed, and returns it. */
    public StreamPage end() {
        await(() -> !pages.isEmpty() && pages.get(pages.size() - 1).closed(), "the end");
        return pages().get(pages().size() - 1);
    }

    /** Waits until the tail has been reached, and returns where it was. */
    public Offset caughtUp() {
        await(() -> !caughtUp.isEmpty(), "the tail");
        return timesCaughtUp().get(0);
    }

    /** Where the tail was each time that it was reached, so far. */
    public List<Offset> timesCaughtUp() {
        lock.lock();
        try {
            return List.copyOf(caughtUp);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the failure. */
    public DurableStreamsException failure() {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (failure.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return failure.orElseThrow(() -> new AssertionError("no failure; pages " + pages));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** The pages so far. */
    public List<StreamPage> pages() {
        lock.lock();
        try {
            return List.copyOf(pages);
        } finally {
            lock.unlock();
        }
    }

    private List<Payload> all() {
        return pages().stream().flatMap(page -> page.messages().stream()).toList();
    }

    private void await(BooleanSupplier condition, String what) {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (!condition.getAsBoolean()) {
                if (failure.isPresent()) {
                    throw new AssertionError("failed while waiting for " + what, failure.get());
                }
                if (left <= 0) {
                    throw new AssertionError("waited too long for " + what + "; pages " + pages);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
