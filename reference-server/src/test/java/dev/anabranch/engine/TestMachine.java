package dev.anabranch.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that stand still until they are moved. */
final class TestMachine implements EngineClock.Machine {

    private final AtomicLong nanos = new AtomicLong();
    private volatile Instant calendar = Instant.parse("2026-01-01T00:00:00Z");
    private final AtomicInteger boots = new AtomicInteger();
    private volatile long bootNanos;

    /** Lets time pass, by every clock. */
    void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
        calendar = calendar.plus(duration);
    }

    /** Sets the calendar, and nothing else. */
    void setCalendar(Instant time) {
        calendar = time;
    }

    /** Starts the machine anew. */
    void reboot() {
        boots.incrementAndGet();
        bootNanos = nanos.get();
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public InstantSource calendar() {
        return () -> calendar;
    }

    @Override
    public Optional<EngineClock.Boot> boot() {
        return Optional.of(new EngineClock.Boot("boot " + boots.get(), (nanos.get() - bootNanos) / 1_000_000));
    }
}
