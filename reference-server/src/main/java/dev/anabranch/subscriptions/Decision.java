package dev.anabranch.subscriptions;

import java.util.Optional;

/**
 * What a request leads to: an answer, and what is to be changed before it is given.
 *
 * @param then what follows once the change is durable
 */
record Decision<T>(Optional<Change> change, boolean deletes, Outcome<T> outcome, Runnable then) {

    static <T> Decision<T> answer(Outcome<T> outcome) {
        return new Decision<>(Optional.empty(), false, outcome, () -> {});
    }

    static <T> Decision<T> refuse(Outcome.Refusal refusal) {
        return answer(Outcome.refused(refusal));
    }

    static <T> Decision<T> refuse(Outcome.Reason reason, String message) {
        return refuse(Outcome.Refusal.of(reason, message));
    }

    static <T> Decision<T> change(Change change, Outcome<T> outcome, Runnable then) {
        return new Decision<>(Optional.of(change), false, outcome, then);
    }

    static <T> Decision<T> delete(Outcome<T> outcome, Runnable then) {
        return new Decision<>(Optional.empty(), true, outcome, then);
    }
}
