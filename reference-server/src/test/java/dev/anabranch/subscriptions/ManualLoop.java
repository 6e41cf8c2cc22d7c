package dev.anabranch.subscriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/** A loop that runs when the test says so, on a clock that the test moves. */
final class ManualLoop implements Loop {

    private record Task(Instant due, long number, Runnable run) {}

    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Task> later =
            new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::number));
    private Instant now;
    private long count;
    private boolean closed;

    ManualLoop(Instant now) {
        this.now = now;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            ready.add(task);
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Task timed = new Task(now.plus(delay), count++, task);
        later.add(timed);
        return () -> later.remove(timed);
    }

    /** Runs everything that is due. */
    void run() {
        while (!closed) {
            Runnable task = ready.poll();
            if (task == null) {
                Task timed = later.peek();
                if (timed == null || timed.due().isAfter(now)) {
                    return;
                }
                task = later.remove().run();
            }
            task.run();
        }
    }

    /** Moves the clock, stopping at every timer on the way. */
    void pass(Duration time) {
        Instant end = now.plus(time);
        run();
        while (!later.isEmpty() && !later.peek().due().isAfter(end)) {
            now = later.peek().due();
            run();
        }
        now = end;
        run();
    }

    @Override
    public void close() {
        closed = true;
    }
}
