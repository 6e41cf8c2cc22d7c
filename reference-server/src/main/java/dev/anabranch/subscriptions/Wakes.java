package dev.anabranch.subscriptions;

import dev.anabranch.webhooks.WebhookSender;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes subscriptions that have something pending, lets wakes lapse, and tries again (PROTOCOL.md section 7). Used by
 * the loop's thread alone.
 */
final class Wakes {

    /* Where a subscription can be:
     *
     *   idle       no wake. Pending work issues one.
     *   held off   no wake, but a time before which there is to be none: a webhook's receiver stayed silent until the
     *              lease lapsed.
     *   issued     a wake, not known to have arrived. A webhook's request is under way and its lease runs; or the event
     *              is being appended to the wake stream.
     *   retrying   a wake that could not be delivered, and the time of the next attempt. No lease runs: the same wake
     *              is delivered again. Whoever has its token may still finish it.
     *   delivered  a wake that arrived. A webhook's lease runs until the callback says done. A pull-wake waits for a
     *              claim, however long.
     *   claimed    a pull-wake with a holder, whose lease runs.
     *
     * One timer serves each subscription: the lease, or else the next attempt. It acts only if the head is still the
     * one it was set for, so whatever changed the head in between wins.
     */

    private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);
    private static final Duration AFTER_FAILED_WRITE = Duration.ofSeconds(1);

    private final Core core;
    private final PullWakes pullWakes;
    private final Optional<Webhooks> webhooks;

    Wakes(Core core, Optional<WebhookSender> sender) {
        this.core = core;
        this.pullWakes = new PullWakes(core, this);
        this.webhooks = sender.map(calls -> new Webhooks(core, this, calls));
    }

    /** Issues a wake if there is reason to. */
    void consider(Subscription subscription) {
        Head head = subscription.head();
        boolean isDue = head.wakeId().isEmpty() && head.nextAttempt().isEmpty() && subscription.hasPending();
        if (isDue && !subscription.isDeleted()) {
            deliver(subscription);
        }
    }

    /** Takes up a restored subscription where it was. */
    void resume(Subscription subscription) {
        Head head = subscription.head();
        setTimer(subscription);
        boolean wasUnderWay = head.wakeId().isPresent()
                && !head.delivered()
                && head.nextAttempt().isEmpty();
        if (wasUnderWay) {
            deliver(subscription);
        } else {
            consider(subscription);
        }
    }

    /** Tries again at once, if another attempt was only to come later. */
    void hasten(Subscription subscription) {
        if (subscription.head().nextAttempt().isPresent()) {
            subscription.due();
            deliver(subscription);
        }
    }

    /** Sets the timer for what the head waits for, if anything. To be called whenever the head has changed. */
    void setTimer(Subscription subscription) {
        Head head = subscription.head();
        if (subscription.isDeleted()) {
            return;
        }
        if (head.leaseUntil().isPresent()) {
            Duration left = left(head.leaseUntil().get(), subscription.config().leaseTtl());
            subscription.timer(left, () -> lapse(subscription, head));
        } else if (head.nextAttempt().isPresent()) {
            Duration left = left(head.nextAttempt().get(), Backoff.MAX.multipliedBy(2));
            subscription.timer(left, () -> attemptIsDue(subscription, head));
        } else {
            subscription.cancelTimer();
        }
    }

    /** What follows from every change of a head. */
    void changed(Subscription subscription) {
        setTimer(subscription);
        consider(subscription);
    }

    /** Ends the wait of a subscription that has nothing to be woken for any more. */
    void settle(Subscription subscription, Head head) {
        subscription.submit(new Step.Task() {
            @Override
            public Step decide() {
                if (!subscription.head().equals(head)) {
                    return Step.nothing();
                }
                return Step.change(head.idle(), () -> changed(subscription));
            }

            @Override
            public void abandoned(Optional<Throwable> failure) {
                failure.ifPresent(cause -> writeFailed(subscription, cause, () -> settle(subscription, head)));
            }
        });
    }

    /** Looks at the subscription again a little later: the disk is full, or the store has failed. */
    void writeFailed(Subscription subscription, Throwable failure, Runnable again) {
        LOG.warn(
                "subscription '{}' could not be written: {}",
                subscription.origin().id(),
                String.valueOf(failure));
        Loop.Timer unused = core.loop().after(AFTER_FAILED_WRITE, again);
    }

    /** Forgets a deleted subscription. */
    void deleted(Subscription subscription) {
        webhooks.ifPresent(calls -> calls.abort(subscription));
    }

    Instant nextAttempt(Head head) {
        return core.loop().now().plus(core.backoff().after(head.retries() + 1));
    }

    private void deliver(Subscription subscription) {
        if (!subscription.config().isWebhook()) {
            pullWakes.deliver(subscription);
        } else if (webhooks.isPresent()) {
            webhooks.get().deliver(subscription);
        }
    }

    private void attemptIsDue(Subscription subscription, Head head) {
        if (subscription.head().equals(head) && !subscription.isDeleted()) {
            subscription.due();
            deliver(subscription);
        }
    }

    private void lapse(Subscription subscription, Head head) {
        subscription.submit(new Step.Task() {
            @Override
            public Step decide() {
                if (!subscription.head().equals(head)) {
                    return Step.nothing();
                }
                // A receiver that does not even answer is a failed delivery, and not to be called again at once.
                boolean isSilent = subscription.config().isWebhook() && !head.delivered();
                Head next = isSilent ? head.silent(nextAttempt(head)) : head.idle();
                return Step.change(next, () -> {
                    webhooks.ifPresent(calls -> calls.abort(subscription));
                    changed(subscription);
                });
            }

            @Override
            public void abandoned(Optional<Throwable> failure) {
                failure.ifPresent(cause -> writeFailed(subscription, cause, () -> lapse(subscription, head)));
            }
        });
    }

    /** How long until {@code time}, but no longer than {@code max}: the clock may have been set back meanwhile. */
    private Duration left(Instant time, Duration max) {
        Duration left = Duration.between(core.loop().now(), time);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(max) > 0 ? max : left;
    }
}
