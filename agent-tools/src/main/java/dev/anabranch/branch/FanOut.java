package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.ForkPoint;
import dev.anabranch.session.OpenToolCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Several branches of a session from one point, worked on at the same time, and what came of them.
 *
 * <pre>{@code
 * FanOutResult result = FanOut.builder(session)
 *         .agent(BranchAgent.of(assistant::chat))
 *         .branch("security", "Review this change for security.")
 *         .branch("speed", "Review this change for speed.")
 *         .judge(Judge.model(model, "the gravest finding first"))
 *         .build()
 *         .run();
 * }</pre>
 *
 * <p>The branches are made together or not at all. Failure, timeout, cancellation and limits are results of single
 * branches. Every branch stays readable, the losers among them.
 *
 * <p>Outcomes are entries of type {@value #ENTRY_TYPE} in the session's stream. A fan-out with an {@link Builder#id id}
 * of its own can be run again after a crash: branches whose outcome is recorded, or whose session ends in an answer,
 * are not worked on again; one that was left half-way gets a fresh branch, and the half-done one stays readable. Once a
 * fan-out is complete, running it again only reads its result.
 */
public final class FanOut {

    /** The type of the entries that record a fan-out. */
    public static final String ENTRY_TYPE = "fanout";

    final BoundedBranching branching;
    final AgentSession parent;
    final String id;
    final boolean resumable;
    final ForkPoint point;
    final OpenToolCalls openToolCalls;
    final List<BranchTask> tasks;
    final @Nullable BranchAgent agent;
    final Join join;
    final Optional<Judge> judge;
    final boolean warmFirst;
    final Optional<String> creator;

    private FanOut(Builder builder) {
        this.branching = builder.branching;
        this.parent = builder.parent;
        this.id = builder.id.orElseGet(() -> UUID.randomUUID().toString());
        this.resumable = builder.id.isPresent();
        this.point = builder.point;
        this.openToolCalls = builder.openToolCalls;
        this.tasks = List.copyOf(builder.tasks);
        this.agent = builder.agent;
        this.join = builder.join;
        this.judge = Optional.ofNullable(builder.judge);
        this.warmFirst = builder.warmFirst;
        this.creator = builder.creator;
    }

    /** A fan-out within {@link BranchLimits#DEFAULTS}. */
    public static Builder builder(AgentSession parent) {
        return builder(BoundedBranching.of(parent.sessions(), BranchLimits.DEFAULTS), parent);
    }

    /** A fan-out within the limits of {@code branching}. */
    public static Builder builder(BoundedBranching branching, AgentSession parent) {
        return new Builder(branching, parent);
    }

    /**
     * Runs it to its end. If the thread is interrupted, the branches that still work are cancelled, and the thread
     * stays interrupted.
     */
    public FanOutResult run() {
        return new FanOutRun(this).run();
    }

    /** Starts it on another thread. */
    public RunningFanOut start() {
        return RunningFanOut.start(this);
    }

    BranchAgent agentFor(BranchTask task) {
        BranchAgent chosen = task.agent().orElse(agent);
        if (chosen == null) {
            throw new AssertionError("no agent for '" + task.label() + "'");
        }
        return chosen;
    }

    /** Collects what a fan-out is made of. */
    public static final class Builder {

        private final BoundedBranching branching;
        private final AgentSession parent;
        private final List<BranchTask> tasks = new ArrayList<>();
        private Optional<String> id = Optional.empty();
        private ForkPoint point = ForkPoint.now();
        private OpenToolCalls openToolCalls = OpenToolCalls.SNAP_BACK;
        private @Nullable BranchAgent agent;
        private Join join = Join.all();
        private @Nullable Judge judge;
        private boolean warmFirst;
        private Optional<String> creator = Optional.empty();

        private Builder(BoundedBranching branching, AgentSession parent) {
            this.branching = branching;
            this.parent = parent;
        }

        /** Names the fan-out within its session, so that it can be resumed. Default: a random name. */
        public Builder id(String id) {
            if (id.isBlank()) {
                throw new IllegalArgumentException("id is blank");
            }
            this.id = Optional.of(id);
            return this;
        }

        /** Where the branches begin. Default: {@link ForkPoint#now()}. */
        public Builder at(ForkPoint point) {
            this.point = point;
            return this;
        }

        /** Default: {@link OpenToolCalls#SNAP_BACK}. */
        public Builder openToolCalls(OpenToolCalls openToolCalls) {
            this.openToolCalls = openToolCalls;
            return this;
        }

        /** Who works on branches that name no agent of their own. */
        public Builder agent(BranchAgent agent) {
            this.agent = agent;
            return this;
        }

        public Builder branch(String label, String task) {
            return branch(BranchTask.of(label, task));
        }

        public Builder branch(BranchTask task) {
            tasks.add(task);
            return this;
        }

        /** Default: {@link Join#all()}. */
        public Builder join(Join join) {
            this.join = join;
            return this;
        }

        public Builder judge(Judge judge) {
            this.judge = judge;
            return this;
        }

        /**
         * Lets the first branch get its first answer from the model before the others start, so that they find the
         * shared prefix in the provider's prompt cache.
         */
        public Builder warmFirst() {
            this.warmFirst = true;
            return this;
        }

        /** Noted on the branches as who made them. Default: the session's creator. */
        public Builder creator(String creator) {
            this.creator = Optional.of(creator);
            return this;
        }

        /**
         * The fan-out; nothing is made yet.
         *
         * @throws IllegalArgumentException if there is no task, or a task has no agent
         */
        public FanOut build() {
            if (tasks.isEmpty()) {
                throw new IllegalArgumentException("fan-out has no branches");
            }
            for (BranchTask task : tasks) {
                if (agent == null && task.agent().isEmpty()) {
                    throw new IllegalArgumentException("branch '" + task.label() + "' has no agent");
                }
            }
            return new FanOut(this);
        }
    }
}
