package dev.anabranch.agentic;

import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.BranchOutcome;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.FanOut;
import dev.anabranch.branch.FanOutResult;
import dev.anabranch.branch.Join;
import dev.anabranch.branch.Judge;
import dev.anabranch.session.AgentSession;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.scope.AgenticScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A fan-out as a step of a workflow: its tasks may read the scope, and its results are written to it.
 *
 * <pre>{@code
 * FanOutAgent reviews = FanOutAgent.builder(branching)
 *         .session(scope -> sessions.session("review"))
 *         .agent(BranchAgent.of(assistant::chat))
 *         .branch("security", scope -> "Review for security: " + scope.readState("change"))
 *         .branch("speed", scope -> "Review for speed: " + scope.readState("change"))
 *         .outputKey("reviews")
 *         .build();
 * UntypedAgent workflow = AgenticServices.sequenceBuilder().subAgents(reviews, writer).build();
 * }</pre>
 *
 * <p>Under the output key the scope gets a map from label to answer, of the branches that finished; under the key with
 * {@code Outcomes} at its end a map from label to what became of each; and with {@code Best} the answer that the judge
 * ranked first, or without a judge the first one. Immutable, and safe for use by many threads.
 */
public final class FanOutAgent {

    private final BoundedBranching branching;
    private final Function<AgenticScope, AgentSession> session;
    private final Function<AgenticScope, Optional<String>> id;
    private final Map<String, Function<AgenticScope, String>> tasks;
    private final BranchAgent agent;
    private final Join join;
    private final Optional<Judge> judge;
    private final String outputKey;

    private FanOutAgent(Builder builder, Function<AgenticScope, AgentSession> session, BranchAgent agent) {
        this.branching = builder.branching;
        this.session = session;
        this.id = builder.id;
        this.tasks = new LinkedHashMap<>(builder.tasks);
        this.agent = agent;
        this.join = builder.join;
        this.judge = Optional.ofNullable(builder.judge);
        this.outputKey = builder.outputKey;
    }

    /** A step that branches within the limits of {@code branching}. */
    public static Builder builder(BoundedBranching branching) {
        return new Builder(branching);
    }

    /** Runs the fan-out; called by the workflow. */
    @Agent(name = "fan_out", description = "Works on several tasks at the same time, each in a branch of a session")
    public Map<String, String> run(AgenticScope scope) {
        FanOut.Builder fanOut =
                FanOut.builder(branching, session.apply(scope)).agent(agent).join(join);
        id.apply(scope).ifPresent(fanOut::id);
        judge.ifPresent(fanOut::judge);
        tasks.forEach((label, task) -> fanOut.branch(label, task.apply(scope)));
        FanOutResult result = fanOut.build().run();
        Map<String, String> answers = new LinkedHashMap<>();
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (BranchOutcome outcome : result.outcomes()) {
            outcomes.put(outcome.label(), outcome.word());
            if (outcome instanceof Finished finished) {
                answers.put(finished.label(), finished.answer());
            }
        }
        scope.writeState(outputKey, answers);
        scope.writeState(outputKey + "Outcomes", outcomes);
        result.best().ifPresent(best -> scope.writeState(outputKey + "Best", best.answer()));
        return answers;
    }

    /** Collects what the step is made of. */
    public static final class Builder {

        private final BoundedBranching branching;
        private final Map<String, Function<AgenticScope, String>> tasks = new LinkedHashMap<>();
        private @Nullable Function<AgenticScope, AgentSession> session;
        private Function<AgenticScope, Optional<String>> id = scope -> Optional.empty();
        private @Nullable BranchAgent agent;
        private Join join = Join.all();
        private @Nullable Judge judge;
        private String outputKey = "fanOut";

        private Builder(BoundedBranching branching) {
            this.branching = branching;
        }

        /** The session whose branches they are. Required. */
        public Builder session(Function<AgenticScope, AgentSession> session) {
            this.session = session;
            return this;
        }

        /** Names the fan-out, so that it can be resumed; see {@link FanOut.Builder#id}. */
        public Builder id(Function<AgenticScope, String> id) {
            this.id = scope -> Optional.of(id.apply(scope));
            return this;
        }

        /** Who works on the branches. Required. */
        public Builder agent(BranchAgent agent) {
            this.agent = agent;
            return this;
        }

        /** A branch, and the task that it gets. */
        public Builder branch(String label, Function<AgenticScope, String> task) {
            if (tasks.putIfAbsent(label, task) != null) {
                throw new IllegalArgumentException("label is used twice: '" + label + "'");
            }
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

        /** Where in the scope the answers go. Default: {@code fanOut}. */
        public Builder outputKey(String outputKey) {
            this.outputKey = outputKey;
            return this;
        }

        /**
         * The step.
         *
         * @throws IllegalArgumentException if there is no session, no agent or no branch
         */
        public FanOutAgent build() {
            if (session == null || agent == null || tasks.isEmpty()) {
                throw new IllegalArgumentException("fan-out has no session, no agent or no branches");
            }
            return new FanOutAgent(this, session, agent);
        }
    }
}
