package dev.anabranch.subscriptions;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a subscription stands, apart from its links. Small, so that every change writes it whole.
 *
 * @param generation counts the wakes; never falls
 * @param wakeId the wake in flight
 * @param delivered whether the wake reached its receiver or wake stream
 * @param holder the worker that has claimed the wake
 * @param leaseUntil when the wake or the claim lapses
 * @param retries failed attempts to deliver since the last that succeeded
 * @param nextAttempt not to be woken, or delivered to, before
 */
record Head(
        long generation,
        Optional<String> wakeId,
        boolean delivered,
        Optional<String> holder,
        Optional<Instant> leaseUntil,
        int retries,
        Optional<Instant> nextAttempt) {

    static final Head NEW =
            new Head(0, Optional.empty(), false, Optional.empty(), Optional.empty(), 0, Optional.empty());

    boolean isWake(String id) {
        return wakeId.isPresent() && wakeId.get().equals(id);
    }

    Head woken(String id) {
        return new Head(
                generation + 1, Optional.of(id), false, Optional.empty(), Optional.empty(), retries, Optional.empty());
    }

    /** An attempt to deliver begins, with a lease if there is one. */
    Head attempted(Optional<Instant> lease) {
        return new Head(generation, wakeId, false, holder, lease, retries, Optional.empty());
    }

    Head reached() {
        return new Head(generation, wakeId, true, holder, leaseUntil, 0, Optional.empty());
    }

    Head leased(Instant until) {
        return new Head(generation, wakeId, true, holder, Optional.of(until), 0, Optional.empty());
    }

    Head claimed(String worker, Instant until) {
        return new Head(generation, wakeId, true, Optional.of(worker), Optional.of(until), 0, Optional.empty());
    }

    /** The wake stays; it is to be delivered again. */
    Head failed(Instant next) {
        return new Head(generation, wakeId, false, holder, Optional.empty(), retries + 1, Optional.of(next));
    }

    /** The wake lapsed before its receiver answered. */
    Head silent(Instant next) {
        return new Head(
                generation,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                retries + 1,
                Optional.of(next));
    }

    Head idle() {
        return new Head(generation, Optional.empty(), false, Optional.empty(), Optional.empty(), 0, Optional.empty());
    }
}
