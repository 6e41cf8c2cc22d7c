package dev.anabranch.subscriptions;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A client's request as a task: answers when what it decided is durable. */
class Request<T> implements Step.Task {

    private final CompletableFuture<Outcome<T>> reply;
    private final Runnable gone;
    private final Supplier<Decision<T>> decide;

    /**
     * Makes a task.
     *
     * @param gone answers if the subscription was deleted before the task's turn came
     */
    Request(CompletableFuture<Outcome<T>> reply, Runnable gone, Supplier<Decision<T>> decide) {
        this.reply = reply;
        this.gone = gone;
        this.decide = decide;
    }

    @Override
    public Step decide() {
        Decision<T> decision;
        try {
            decision = decide.get();
        } catch (RuntimeException failure) {
            reply.completeExceptionally(failure);
            return Step.nothing();
        }
        return new Step(decision.change(), decision.deletes(), () -> {
            decision.then().run();
            reply.complete(decision.outcome());
        });
    }

    @Override
    public void abandoned(Optional<Throwable> failure) {
        if (failure.isPresent()) {
            reply.completeExceptionally(failure.get());
        } else {
            gone.run();
        }
    }
}
