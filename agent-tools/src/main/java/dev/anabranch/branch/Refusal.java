package dev.anabranch.branch;

import java.util.Locale;

/**
 * Why something was not done: the limit that stands in the way, and what can be done about it.
 *
 * @param reason one or two sentences that a person or a model can act on
 */
public record Refusal(Limit limit, String reason) {

    /** The limits, as {@link BranchLimits} names them. */
    public enum Limit {
        DEPTH,
        BRANCHES_PER_SESSION,
        LIVE_BRANCHES_PER_TREE,
        BRANCHES_PER_MINUTE,
        RUN_TIME,
        TOKEN_BUDGET;

        /** As it stands in JSON, such as {@code branches_per_session}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
