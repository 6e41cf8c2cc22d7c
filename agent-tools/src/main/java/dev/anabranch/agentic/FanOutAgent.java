package dev.anabranch.agentic;

import dev.anabranch.branch.BranchOutcome;
import dev.anabranch.branch.BranchOutcome.Finished;
import dev.anabranch.branch.FanOut;
import dev.anabranch.branch.FanOutResult;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.scope.AgenticScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A fan-out as a step of a workflow: it may read the scope, and its results are written to it.
 *
 * <pre>{@code
 * FanOutAgent reviews = FanOutAgent.of("reviews", scope -> FanOut.builder(branching, session)
 *         .agent(BranchAgent.of(assistant::chat))
 *         .branch("security", "Review for security: " + scope.readState("change"))
 *         .branch("speed", "Review for speed: " + scope.readState("change")));
 * UntypedAgent workflow = AgenticServices.sequenceBuilder().subAgents(reviews, writer).build();
 * }</pre>
 *
 * <p>Under the output key the scope gets a map from label to answer, of the branches that finished; under the key with
 * {@code Outcomes} at its end a map from label to what became of each; and with {@code Best} the answer that the judge
 * ranked first, or without a judge the first one. A label that is used twice gets a number: {@code plan}, {@code plan
 * (2)}. Immutable, and safe for use by many threads.
 */
public final class FanOutAgent {

    private final String outputKey;
    private final Function<AgenticScope, FanOut.Builder> fanOut;

    private FanOutAgent(String outputKey, Function<AgenticScope, FanOut.Builder> fanOut) {
        this.outputKey = outputKey;
        this.fanOut = fanOut;
    }

    /**
     * A step.
     *
     * @param outputKey where in the scope the answers go
     * @param fanOut what to do, asked each time the workflow comes to this step
     */
    public static FanOutAgent of(String outputKey, Function<AgenticScope, FanOut.Builder> fanOut) {
        return new FanOutAgent(outputKey, fanOut);
    }

    /** Runs the fan-out; called by the workflow. */
    @Agent(name = "fan_out", description = "Works on several tasks at the same time, each in a branch of a session")
    public Map<String, String> run(AgenticScope scope) {
        FanOutResult result = fanOut.apply(scope).build().run();
        Map<String, String> answers = new LinkedHashMap<>();
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (BranchOutcome outcome : result.outcomes()) {
            String label = free(outcome.label(), outcomes);
            outcomes.put(label, outcome.word());
            if (outcome instanceof Finished finished) {
                answers.put(label, finished.answer());
            }
        }
        scope.writeState(outputKey, answers);
        scope.writeState(outputKey + "Outcomes", outcomes);
        result.best().ifPresent(best -> scope.writeState(outputKey + "Best", best.answer()));
        return answers;
    }

    private static String free(String label, Map<String, String> taken) {
        String candidate = label;
        for (int number = 2; taken.containsKey(candidate); number++) {
            candidate = label + " (" + number + ")";
        }
        return candidate;
    }
}
