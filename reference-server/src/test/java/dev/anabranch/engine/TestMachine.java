package dev.anabranch.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Clocks that stand still until they are moved. */
final class TestMachine implements EngineClock.Machine {

    private volatile long nanos;
    private volatile Instant calendar = Instant.parse("2026-01-01T00:00:00Z");
    private volatile String boot = "first";
    private volatile long bootNanos;

    /** Lets time pass, by every clock. */
    void pass(Duration duration) {
        nanos += duration.toNanos();
        calendar = calendar.plus(duration);
    }

    /** Sets the calendar, and nothing else. */
    void setCalendar(Instant time) {
        calendar = time;
    }

    /** Starts the machine anew. */
    void reboot() {
        boot = boot + "+";
        bootNanos = nanos;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public InstantSource calendar() {
        return () -> calendar;
    }

    @Override
    public Optional<EngineClock.Boot> boot() {
        return Optional.of(new EngineClock.Boot(boot, (nanos - bootNanos) / 1_000_000));
    }
}
