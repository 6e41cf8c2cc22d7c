package dev.anabranch.subscriptions;

import java.util.Optional;

/**
 * What a task of a subscription has decided: what to change, and what to do once that is durable.
 *
 * @param deletes whether the subscription ends
 */
record Step(Optional<Change> change, boolean deletes, Runnable then) {

    static Step nothing() {
        return new Step(Optional.empty(), false, () -> {});
    }

    static Step then(Runnable then) {
        return new Step(Optional.empty(), false, then);
    }

    static Step change(Change change, Runnable then) {
        return new Step(Optional.of(change), false, then);
    }

    static Step change(Head head, Runnable then) {
        return change(Change.to(head), then);
    }

    static Step delete(Runnable then) {
        return new Step(Optional.empty(), true, then);
    }

    /** Decides one step. Runs on the loop, when what was decided before has become durable. */
    interface Task {

        Step decide();

        /** The step did not become durable and has not taken effect, or its subscription is deleted. */
        void abandoned(Optional<Throwable> failure);
    }
}
