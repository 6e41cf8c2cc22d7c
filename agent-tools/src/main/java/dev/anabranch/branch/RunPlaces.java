package dev.anabranch.branch;

import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.ContentTypeMismatchException;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The places that the runs of one tree share among all processes. A place is leased: whoever dies gives it back when
 * the lease runs out. Safe for use by many threads.
 */
final class RunPlaces {

    /*
     * A place is a stream, made by the run that takes it and deleted when the run is over. Its TTL is the lease, and its
     * content type names the run. To make a stream is the protocol's test-and-set: of any number of requests for the
     * same name and different types one is obeyed, and a repeat of that one, its answer being lost, is told so. So taking
     * costs one request and giving back another, and nothing is left that could grow.
     *
     * While it works, a run appends to its stream, which slides the TTL, and which the server refuses if the stream has
     * become another's. Only the server's sense of elapsed time says when a lease is over: the clocks of machines need not
     * agree. A process that slept for longer than its lease may find its place taken; its run then ends without one. If the
     * answer to a delete is lost, its repeat may free a place that has just been taken; whoever did takes it anew when it
     * renews its lease.
     *
     * One thread per tree and process looks for a place, the others wait for their turn to look.
     */

    /** How long the place of a process that died stays taken. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final StreamName account;
    private final ReentrantLock looking = new ReentrantLock(true);
    private final Set<Integer> held = ConcurrentHashMap.newKeySet();
    private final Semaphore changes = new Semaphore(0);
    private int likelyFree = ThreadLocalRandom.current().nextInt(1 << 16); // guarded by looking

    /** Places beside the account of a tree. */
    RunPlaces(StreamName account) {
        this.account = account;
    }

    /**
     * Waits for a place.
     *
     * @param lease in whole seconds
     */
    Place take(DurableStreams streams, int placesMax, Duration lease) throws InterruptedException {
        looking.lockInterruptibly();
        try {
            long pause = FIRST_PAUSE;
            while (true) {
                changes.drainPermits();
                Optional<Place> place = look(streams, placesMax, lease);
                if (place.isPresent()) {
                    return place.get();
                }
                long jittered = ThreadLocalRandom.current().nextLong(pause / 2, pause);
                pause = changes.tryAcquire(jittered, TimeUnit.NANOSECONDS)
                        ? FIRST_PAUSE
                        : Math.min(2 * pause, LONGEST_PAUSE);
            }
        } finally {
            looking.unlock();
        }
    }

    private Optional<Place> look(DurableStreams streams, int placesMax, Duration lease) {
        for (int i = 0; i < placesMax; i++) {
            int number = (likelyFree + i) % placesMax;
            if (held.contains(number)) {
                continue;
            }
            Place place = new Place(streams, number, lease);
            if (place.isTaken()) {
                likelyFree = number + 1;
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    /** A place, until closed. */
    final class Place implements AutoCloseable {

        private final DurableStreams streams;
        private final int number;
        private final StreamName stream;
        private final Duration lease;
        private final ContentType mark;
        private @Nullable Future<?> renewal; // guarded by this; there while the place is held
        private long leasedAt; // guarded by this; by System.nanoTime
        private boolean closed; // guarded by this

        private Place(DurableStreams streams, int number, Duration lease) {
            this.streams = streams;
            this.number = number;
            this.lease = lease;
            this.stream = new StreamName(account.value() + "~run-" + number);
            this.mark = new ContentType("application/vnd.anabranch.run-"
                    + UUID.randomUUID().toString().replace("-", ""));
            this.leasedAt = System.nanoTime() - lease.toNanos();
        }

        /** The stream that is the place. */
        StreamName stream() {
            return stream;
        }

        /** Takes the place, if it is nobody's. */
        private synchronized boolean isTaken() {
            held.add(number);
            try {
                if (isMade()) {
                    renewal = Workers.every(lease.dividedBy(3), this::renew);
                    return true;
                }
            } catch (DurableStreamsException unknown) {
                close(); // it may have been made all the same
                throw unknown;
            }
            closed = true;
            held.remove(number);
            return false;
        }

        private boolean isMade() {
            long asked = System.nanoTime();
            CreateResult result = streams.create(stream, CreateRequest.of(mark).withExpiry(Expiry.ttl(lease)));
            if (result instanceof CreateResult.Conflict) {
                return false;
            }
            leasedAt = asked;
            return true;
        }

        private synchronized void renew() {
            if (closed) {
                return;
            }
            try {
                if (!isStillMine()) {
                    isMade();
                }
            } catch (DurableStreamsException nextTime) {
                // A lease has room for two more attempts. Work that cannot reach its session will fail by itself.
            }
        }

        private boolean isStillMine() {
            long asked = System.nanoTime();
            try {
                streams.append(stream, AppendRequest.of(mark, Payload.of(".")));
                leasedAt = asked;
                return true;
            } catch (ContentTypeMismatchException | StreamNotFoundException ranOut) {
                return false;
            }
        }

        /** Gives the place back. An interrupted thread stays interrupted. */
        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (renewal != null) {
                renewal.cancel(false);
            }
            boolean interrupted = Thread.interrupted();
            try {
                boolean isFresh = System.nanoTime() - leasedAt < lease.toNanos() / 2;
                if (isFresh || isStillMine()) {
                    streams.delete(stream);
                }
            } catch (DurableStreamsException leftToExpire) {
                // The work is done, and its result is worth more: the lease runs out by itself.
            } finally {
                held.remove(number);
                changes.release();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
