package dev.anabranch.subscriptions;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Reason;
import dev.anabranch.subscriptions.Outcome.Refusal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides on claims, acks and releases (PROTOCOL.md sections 7.2 and 7.3). Used by the loop's thread alone. */
final class Leases {

    private static final Pattern OFFSET = Pattern.compile("[0-9]{16}_[0-9]{16}");

    private final Core core;
    private final Wakes wakes;

    Leases(Core core, Wakes wakes) {
        this.core = core;
        this.wakes = wakes;
    }

    Decision<Claim> claim(Subscription subscription, String worker) {
        Head head = subscription.head();
        if (subscription.config().isWebhook()) {
            return Decision.refuse(Reason.INVALID_REQUEST, "a webhook subscription is not claimed");
        }
        if (head.holder().isPresent()) {
            return Decision.refuse(new Refusal(
                    Reason.ALREADY_CLAIMED,
                    "another worker holds the lease",
                    Optional.of(new Outcome.Holder(head.holder().get(), head.generation()))));
        }
        if (!subscription.hasPending()) {
            return nothingToClaim(subscription);
        }
        Head woken =
                head.wakeId().isPresent() ? head : head.woken(core.wakeIds().get());
        Instant now = core.loop().now();
        Head claimed = woken.claimed(worker, now.plus(subscription.config().leaseTtl()));
        Claim claim = new Claim(
                claimed.wakeId().orElseThrow(),
                claimed.generation(),
                core.tokens().issue(subscription.origin(), claimed.generation(), now),
                subscription.snapshot(core.options().streamsPerWakeMax()),
                subscription.config().leaseTtl());
        return Decision.change(Change.to(claimed), Outcome.done(claim), () -> wakes.setTimer(subscription));
    }

    /** Refuses a claim, and drops a wake whose reason is gone: the next append shall be told of. */
    private Decision<Claim> nothingToClaim(Subscription subscription) {
        Head head = subscription.head();
        Refusal refusal = Refusal.of(Reason.NO_PENDING_WORK, "nothing is pending");
        if (head.wakeId().isEmpty()) {
            return Decision.refuse(refusal);
        }
        return Decision.change(Change.to(head.idle()), Outcome.refused(refusal), () -> wakes.changed(subscription));
    }

    /** An ack of a claim, or the callback of a webhook: returns whether another wake follows. */
    Decision<Boolean> ack(Subscription subscription, Ack ack) {
        Optional<Refusal> refusal = checkWake(subscription, ack).or(() -> checkOffsets(subscription, ack));
        if (refusal.isPresent()) {
            return Decision.refuse(refusal.get());
        }
        Map<StreamName, Offset> offsets = new LinkedHashMap<>();
        ack.processed().forEach(processed -> offsets.merge(processed.stream(), processed.offset(), Leases::later));
        List<LinkRow> rows = subscription.acked(offsets);
        Head head = subscription.head();
        if (!ack.done()) {
            Head leased =
                    head.leased(core.loop().now().plus(subscription.config().leaseTtl()));
            return Decision.change(
                    new Change(leased, rows, List.of()), Outcome.done(false), () -> wakes.setTimer(subscription));
        }
        boolean isNext = subscription.hasPendingAfter(offsets);
        return Decision.change(
                new Change(head.idle(), rows, List.of()), Outcome.done(isNext), () -> wakes.changed(subscription));
    }

    Decision<Boolean> release(Subscription subscription, Ack ack) {
        Optional<Refusal> refusal = checkWake(subscription, ack);
        if (refusal.isPresent()) {
            return Decision.refuse(refusal.get());
        }
        return Decision.change(
                Change.to(subscription.head().idle()),
                Outcome.done(subscription.hasPending()),
                () -> wakes.changed(subscription));
    }

    private Optional<Refusal> checkWake(Subscription subscription, Ack ack) {
        WakeTokens.Verdict token = core.tokens()
                .check(subscription.origin(), ack.token(), core.loop().now());
        if (token.refusal().isPresent()) {
            String what = token.refusal().get() == Reason.TOKEN_EXPIRED ? "expired" : "not valid here";
            return Optional.of(Refusal.of(token.refusal().get(), "the token is " + what));
        }
        Head head = subscription.head();
        boolean isHeld = subscription.config().isWebhook() || head.holder().isPresent();
        boolean isCurrent = isHeld
                && token.generation().orElse(-1) == head.generation()
                && ack.generation() == head.generation()
                && head.isWake(ack.wakeId());
        return isCurrent
                ? Optional.empty()
                : Optional.of(Refusal.of(Reason.FENCED, "the wake is no longer the current one"));
    }

    private static Optional<Refusal> checkOffsets(Subscription subscription, Ack ack) {
        for (Ack.Processed processed : ack.processed()) {
            Link link = subscription.link(processed.stream());
            @Nullable String wrong = null;
            if (link == null) {
                wrong = "is not linked";
            } else if (!OFFSET.matcher(processed.offset().token()).matches()) {
                wrong = "has no such offset";
            } else if (processed.offset().compareTo(link.acked()) < 0) {
                wrong = "is acked further already";
            } else if (processed.offset().compareTo(link.stream().tail()) > 0) {
                wrong = "does not reach that far";
            }
            if (wrong != null) {
                return Optional.of(Refusal.of(Reason.INVALID_OFFSET, "stream '" + processed.stream() + "' " + wrong));
            }
        }
        return Optional.empty();
    }

    private static Offset later(Offset one, Offset other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
