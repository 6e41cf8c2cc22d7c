package dev.anabranch.subscriptions;

import java.time.Duration;
import java.time.Instant;

/** The one thread on which subscriptions change, and its clock. */
interface Loop {

    Instant now();

    /** Runs {@code task} after those given before. Does nothing once closed. */
    void execute(Runnable task);

    /** Runs {@code task} after {@code delay}, unless cancelled or closed before. */
    Timer after(Duration delay, Runnable task);

    /** Runs no more tasks, and waits for the one that runs. */
    void close();

    /** A task to come. */
    interface Timer {
        /** Idempotent. */
        void cancel();
    }
}
