package dev.anabranch.engine;

import dev.anabranch.stream.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The time that TTLs are measured in: milliseconds that pass, whatever is done to the machine's calendar. */
final class EngineClock {

    /*
     * While the engine runs, the time is the machine's monotonic clock. It goes on from a note in the store after a
     * restart: if the machine has not been booted in between, by the time that it has been up since; if it has, as if
     * no time had passed, because only the calendar could tell, and that jumps.
     *
     * When the store was last left without being closed, the newest accesses may be missing in it. The clock is then
     * set back by as much as may be missing, so that no stream expires too early.
     */

    static final Duration ACCESS_LOST_IN_CRASH = Duration.ofMillis(250);
    static final Duration ACCESS_LOST_IN_POWER_CUT = Duration.ofSeconds(60);

    private static final long BEGINNING = 1L << 40;

    private final Machine machine;
    private final long base;
    private final long nanosAtBase;

    private EngineClock(Machine machine, long base) {
        this.machine = machine;
        this.base = base;
        this.nanosAtBase = machine.nanos();
    }

    /** Goes on from {@code note}, which an earlier clock of the same store left. */
    static EngineClock resume(Machine machine, Optional<Payload> note) {
        return new EngineClock(
                machine, note.map(left -> Note.read(left).now(machine.boot())).orElse(BEGINNING));
    }

    /** Milliseconds. Never goes back while the engine runs. */
    long now() {
        return base + TimeUnit.NANOSECONDS.toMillis(machine.nanos() - nanosAtBase);
    }

    Instant calendar() {
        return machine.calendar().instant();
    }

    /** @param closing whether the store holds every access */
    Payload note(boolean closing) {
        return new Note(now(), machine.boot(), closing).write();
    }

    /** A start of the machine, and how long it has been up since. */
    record Boot(String id, long upMillis) {}

    /** The clocks of the machine. */
    interface Machine {
        long nanos();

        InstantSource calendar();

        /** Empty if the machine does not tell. */
        Optional<Boot> boot();
    }

    private record Note(long time, Optional<Boot> boot, boolean closed) {

        Payload write() {
            byte[] id = boot.map(Boot::id).orElse("").getBytes(StandardCharsets.UTF_8);
            return Payload.wrap(ByteBuffer.allocate(2 * Long.BYTES + 1 + id.length)
                    .putLong(time)
                    .putLong(boot.map(Boot::upMillis).orElse(0L))
                    .put((byte) (closed ? 1 : 0))
                    .put(id)
                    .array());
        }

        static Note read(Payload payload) {
            ByteBuffer in = payload.toByteBuffer();
            long time = in.getLong();
            long up = in.getLong();
            boolean closed = in.get() == 1;
            String id = StandardCharsets.UTF_8.decode(in).toString();
            return new Note(time, id.isEmpty() ? Optional.empty() : Optional.of(new Boot(id, up)), closed);
        }

        /** The time now, as far as it can be known. */
        long now(Optional<Boot> current) {
            boolean sameBoot = boot.isPresent()
                    && current.isPresent()
                    && boot.get().id().equals(current.get().id());
            long passed = sameBoot ? current.get().upMillis() - boot.get().upMillis() : 0;
            Duration lost = sameBoot ? ACCESS_LOST_IN_CRASH : ACCESS_LOST_IN_POWER_CUT;
            return time + Math.max(0, passed) - (closed ? 0 : lost.toMillis());
        }
    }
}
