package dev.anabranch.branch;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that branches are worked on with: virtual ones where the JVM has them, daemons otherwise. */
final class Workers {

    private static final ExecutorService SHARED = virtualThreads();
    private static final ScheduledThreadPoolExecutor TICKS = ticks();

    private Workers() {}

    /** Takes any number of tasks at once; {@link RunSlots} bounds how many of them work. Never shut down. */
    static ExecutorService shared() {
        return SHARED;
    }

    /** Does something again and again, on a worker's thread, until cancelled. */
    static Future<?> every(Duration interval, Runnable task) {
        return TICKS.scheduleAtFixedRate(
                () -> SHARED.execute(task), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ScheduledThreadPoolExecutor ticks() {
        ScheduledThreadPoolExecutor ticks = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "anabranch-leases");
            thread.setDaemon(true);
            return thread;
        });
        ticks.setRemoveOnCancelPolicy(true);
        return ticks;
    }

    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException before21) {
            AtomicInteger count = new AtomicInteger();
            return Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "anabranch-branch-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
        } catch (IllegalAccessException | InvocationTargetException notAsDocumented) {
            throw new LinkageError("virtual threads cannot be had", notAsDocumented);
        }
    }
}
