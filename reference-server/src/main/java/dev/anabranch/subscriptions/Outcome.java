package dev.anabranch.subscriptions;

import java.util.Optional;

/** What became of a request. Only {@link Done} changed anything, and what it changed is durable. */
public sealed interface Outcome<T> {

    record Done<T>(T value) implements Outcome<T> {}

    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    /** Why a request was refused. */
    enum Reason {
        INVALID_REQUEST,
        FORBIDDEN,
        SUBSCRIPTION_NOT_FOUND,
        SUBSCRIPTION_ALREADY_EXISTS,
        TOO_MANY_SUBSCRIPTIONS,
        WEBHOOK_URL_REJECTED,
        TOKEN_INVALID,
        TOKEN_EXPIRED,
        FENCED,
        ALREADY_CLAIMED,
        NO_PENDING_WORK,
        INVALID_OFFSET
    }

    /** Who holds the lease that was asked for. */
    record Holder(String worker, long generation) {}

    /**
     * A reason, for programs and in words.
     *
     * @param holder present with {@link Reason#ALREADY_CLAIMED}
     */
    record Refusal(Reason reason, String message, Optional<Holder> holder) {

        /** The request makes no sense. */
        public static Refusal invalid(String message) {
            return of(Reason.INVALID_REQUEST, message);
        }

        static Refusal of(Reason reason, String message) {
            return new Refusal(reason, message, Optional.empty());
        }
    }

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    static <T> Outcome<T> refused(Reason reason, String message) {
        return new Refused<>(Refusal.of(reason, message));
    }
}
