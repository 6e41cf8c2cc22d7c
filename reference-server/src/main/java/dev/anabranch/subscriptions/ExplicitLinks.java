package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.Outcome.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Decides on links that are asked for by name (PROTOCOL.md section 6.4). Used by the loop's thread alone. */
final class ExplicitLinks {

    static final String TOO_MANY = "subscriptions have as many links as there is memory for";

    private final SubscriptionAccess access;
    private final Registry registry;
    private final Consumer<Subscription> ready;

    /**
     * Decides by these rights.
     *
     * @param ready is told of each subscription that may have something pending
     */
    ExplicitLinks(SubscriptionAccess access, Registry registry, Consumer<Subscription> ready) {
        this.access = access;
        this.registry = registry;
        this.ready = ready;
    }

    /** Links streams one by one, at the tails they have now. */
    Decision<Boolean> link(Subscription subscription, List<StreamName> streams) {
        Optional<Outcome.Refusal> refusal = unreadable(subscription.origin().owner(), streams);
        if (refusal.isPresent()) {
            return Decision.refuse(refusal.get());
        }
        List<LinkRow> rows = new ArrayList<>();
        for (StreamName name : new HashSet<>(streams)) {
            Link link = subscription.link(name);
            if (subscription.config().isWakeStream(name)) {
                return Decision.refuse(Reason.INVALID_REQUEST, "the wake stream cannot be linked: " + name);
            }
            if (link == null) {
                rows.add(registry.rowAtTail(name, subscription.config().linksByPattern(name), true));
            } else if (!link.isExplicit()) {
                rows.add(link.row().asExplicit(true));
            }
        }
        if (rows.isEmpty()) {
            return Decision.answer(Outcome.done(true));
        }
        if (!registry.hasRoom(rows.size())) {
            return Decision.refuse(Reason.TOO_MANY_SUBSCRIPTIONS, TOO_MANY);
        }
        return Decision.change(
                new Change(subscription.head(), rows, List.of()), Outcome.done(true), () -> ready.accept(subscription));
    }

    /** Ends an explicit link. */
    static Decision<Boolean> unlink(Subscription subscription, StreamName name) {
        Link link = subscription.link(name);
        if (link == null || !link.isExplicit()) {
            return Decision.answer(Outcome.done(true));
        }
        Change change = link.isGlob()
                ? new Change(subscription.head(), List.of(link.row().asExplicit(false)), List.of())
                : new Change(subscription.head(), List.of(), List.of(name));
        return Decision.change(change, Outcome.done(true), () -> {});
    }

    /** Refuses the first of these streams that the user may not read. */
    Optional<Outcome.Refusal> unreadable(String user, List<StreamName> streams) {
        return streams.stream()
                .filter(stream -> !access.mayRead(user, stream))
                .findFirst()
                .map(stream -> forbidden("read stream", stream));
    }

    static Outcome.Refusal forbidden(String what, StreamName stream) {
        return Outcome.Refusal.of(Reason.FORBIDDEN, "not allowed to " + what + " '" + stream + "'");
    }
}
