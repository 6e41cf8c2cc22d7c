package dev.anabranch.branch;

import dev.anabranch.branch.LimitGuard.StaleAllowance;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.Branch;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Makes branches within limits, and keeps account of the work on them. Safe for use by many threads. Instances over the
 * same streams hold the limits together: what one made or used, the others count.
 */
public final class BoundedBranching {

    private final AgentSessions sessions;
    private final BranchLimits limits;
    private final TokenLedger ledger;
    private final RunSlots slots;
    private final Duration lease;

    private BoundedBranching(AgentSessions sessions, BranchLimits limits, Duration lease) {
        this.sessions = sessions;
        this.limits = limits;
        this.lease = lease;
        this.ledger = new TokenLedger(sessions);
        this.slots = RunSlots.of(sessions.streams());
    }

    public static BoundedBranching of(AgentSessions sessions, BranchLimits limits) {
        return of(sessions, limits, RunPlaces.LEASE);
    }

    /**
     * Branching where the places of a process that died come back after {@code lease}.
     *
     * @param lease in whole seconds
     */
    static BoundedBranching of(AgentSessions sessions, BranchLimits limits, Duration lease) {
        return new BoundedBranching(sessions, limits, lease);
    }

    public AgentSessions sessions() {
        return sessions;
    }

    public BranchLimits limits() {
        return limits;
    }

    /**
     * Forks {@code parent}. Below a scratch everything is a scratch.
     *
     * @throws BranchLimitException if that would go past a limit
     */
    public Branch fork(AgentSession parent, ForkOptions options) {
        return forkAll(parent, List.of(options)).get(0);
    }

    /**
     * Makes several branches together or not at all.
     *
     * @throws BranchLimitException if that would go past a limit
     */
    public List<Branch> forkAll(AgentSession parent, List<ForkOptions> forks) {
        return make(parent, forks, Optional.empty(), parent::forkAll);
    }

    /**
     * Makes a lasting branch of {@code parent} that holds what {@code scratch}, a branch of it, holds. The scratch is
     * about to go and does not count.
     *
     * @throws BranchLimitException if that would go past a limit
     */
    Branch keep(AgentSession parent, AgentSession scratch, ForkOptions options) {
        return make(
                        parent,
                        List.of(options),
                        Optional.of(scratch.id()),
                        guarded -> List.of(scratch.keep(guarded.get(0))))
                .get(0);
    }

    private List<Branch> make(
            AgentSession parent,
            List<ForkOptions> forks,
            Optional<String> replaced,
            Function<List<ForkOptions>, List<Branch>> making) {
        SessionInfo info = parent.info();
        List<SessionInfo> ancestors = parent.ancestors();
        OptionalLong tokens = tokensLeft(info, ancestors);
        LimitGuard.requireTokens(tokens);
        Allowance assumed = Allowance.of(info, ancestors, limits)
                .toEachOf(
                        forks.size(),
                        parent.children().size() - replaced.map(one -> 1).orElse(0))
                .withTokens(tokens);
        boolean repaired = false;
        while (true) {
            try {
                return making.apply(guarded(info, forks, assumed, replaced));
            } catch (StaleAllowance less) {
                assumed = less.granted().withTokens(tokens);
            } catch (BranchLimitException full) {
                if (repaired || !dropExpired(info)) {
                    throw full;
                }
                repaired = true;
            }
        }
    }

    private List<ForkOptions> guarded(
            SessionInfo parent, List<ForkOptions> forks, Allowance given, Optional<String> replaced) {
        LimitGuard guard = new LimitGuard(limits, given, replaced);
        List<ForkOptions> guarded = new ArrayList<>();
        for (ForkOptions fork : forks) {
            Map<String, Object> metadata = new HashMap<>(fork.metadata());
            metadata.put(Allowance.METADATA, given.toMap());
            ForkOptions options = fork.withMetadata(metadata).withGuard(guard);
            Optional<Duration> ttl = parent.scratch() ? parent.ttl() : Optional.empty();
            guarded.add(ttl.isPresent() && !fork.scratch() ? options.withScratch(ttl.get()) : options);
        }
        return guarded;
    }

    /** Has the directory look again at scratches, whose streams end without telling it. */
    private boolean dropExpired(SessionInfo parent) {
        List<String> mortal = sessions.tree(parent.root()).sessions().stream()
                .filter(session -> session.ttl().isPresent())
                .map(SessionInfo::id)
                .toList();
        if (mortal.isEmpty()) {
            return false;
        }
        sessions.repair(mortal);
        return true;
    }

    /**
     * How many more branches a session may have, and how many levels of them.
     *
     * @param branches of its own
     * @param levels below it
     */
    public record Room(int branches, int levels) {}

    /** The room that is left in {@code session}, as of now. */
    public Room roomIn(AgentSession session) {
        SessionInfo info = session.info();
        Allowance allowance = Allowance.of(info, session.ancestors(), limits);
        int live = sessions.tree(info.root()).sessions().size() - 1;
        int own = allowance.branches() - session.children().size();
        int branches = allowance.depth() < 1 ? 0 : Math.min(own, limits.liveBranchesPerTree() - live);
        return new Room(Math.max(0, branches), Math.max(0, allowance.depth()));
    }

    /** Records what work on {@code session} used. */
    void spend(AgentSession session, long tokens) {
        List<SessionInfo> path = new ArrayList<>(List.of(session.info()));
        path.addAll(session.ancestors());
        ledger.spend(path, tokens);
    }

    /** What is left for work on {@code session}; empty for no bound. */
    OptionalLong tokensLeft(AgentSession session) {
        return tokensLeft(session.info(), session.ancestors());
    }

    RunSlots slots() {
        return slots;
    }

    /** The tree of {@code session}, and how many may work on it. */
    RunSlots.Tree tree(AgentSession session) {
        StreamName account = sessions.usage(session.info().root());
        return new RunSlots.Tree(sessions.streams(), account, limits.concurrentRuns(), lease);
    }

    private OptionalLong tokensLeft(SessionInfo session, List<SessionInfo> ancestors) {
        if (limits.tokenBudget().isEmpty() && !session.metadata().containsKey(Allowance.METADATA)) {
            return OptionalLong.empty();
        }
        long left = Long.MAX_VALUE;
        List<SessionInfo> path = new ArrayList<>(List.of(session));
        path.addAll(ancestors);
        SessionInfo root = path.get(path.size() - 1);
        for (int i = 0; i < path.size(); i++) {
            OptionalLong cap = Allowance.of(path.get(i), path.subList(i + 1, path.size()), limits)
                    .tokens();
            if (cap.isPresent()) {
                left = Math.min(
                        left, cap.getAsLong() - ledger.spent(root, path.get(i).id()));
            }
        }
        return left == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(left);
    }
}
