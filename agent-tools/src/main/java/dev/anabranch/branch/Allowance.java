package dev.anabranch.branch;

import dev.anabranch.session.ForkAttempt;
import dev.anabranch.session.SessionInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a session may still spend on branches below it. A branch carries its own, as given when it was made, in its
 * metadata under {@value #METADATA}.
 *
 * @param depth how many levels below the session
 * @param branches how many branches of its own
 * @param tokens how many tokens, it and everything below it together; empty for no bound
 */
record Allowance(int depth, int branches, OptionalLong tokens) {

    static final String METADATA = "branchAllowance";

    /**
     * What {@code session} was given; without any, what its ancestors leave it, and at the root what the limits say.
     */
    static Allowance of(SessionInfo session, List<SessionInfo> ancestors, BranchLimits limits) {
        int depth = limits.depth() - ancestors.size();
        int branches = limits.branchesPerSession();
        OptionalLong tokens = limits.tokenBudget();
        SessionInfo holder = session;
        for (int distance = 0; ; distance++) {
            if (holder.metadata().get(METADATA) instanceof Map<?, ?> given) {
                depth = Math.min(depth, number(given, "depth", depth + distance) - distance);
                branches = Math.min(branches, number(given, "branches", branches));
                tokens = min(tokens, given.get("tokens"));
            }
            if (distance == ancestors.size()) {
                return new Allowance(depth, branches, tokens);
            }
            holder = ancestors.get(distance);
        }
    }

    /** What each of {@code count} new branches gets, once {@code siblings} are there already. */
    Allowance toEachOf(int count, int siblings) {
        return new Allowance(depth - 1, Math.max(0, branches - siblings - count), tokens);
    }

    /** What each of the branches in {@code attempt} may get at most. */
    static Allowance granted(ForkAttempt attempt, int siblings, BranchLimits limits) {
        return of(attempt.parent(), attempt.ancestors(), limits).toEachOf(attempt.count(), siblings);
    }

    Allowance withTokens(OptionalLong tokens) {
        return new Allowance(depth, branches, tokens);
    }

    boolean isWithin(Allowance other) {
        return depth <= other.depth && branches <= other.branches;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new HashMap<>();
        map.put("depth", depth);
        map.put("branches", branches);
        tokens.ifPresent(most -> map.put("tokens", most));
        return map;
    }

    private static int number(Map<?, ?> map, String name, int otherwise) {
        return map.get(name) instanceof Number number ? number.intValue() : otherwise;
    }

    private static OptionalLong min(OptionalLong tokens, @Nullable Object given) {
        if (!(given instanceof Number number)) {
            return tokens;
        }
        return OptionalLong.of(Math.min(number.longValue(), tokens.orElse(Long.MAX_VALUE)));
    }
}
