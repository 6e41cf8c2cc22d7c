package dev.anabranch.tools;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.BranchLimitException;
import dev.anabranch.forward.BringForward.Summarizer;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.SessionException;
import dev.anabranch.stream.DurableStreamsException;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes tool calls, has them carried out, and answers in words whatever happens. */
final class ToolDesk {

    private static final System.Logger LOG = System.getLogger(ToolDesk.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Callers callers;
    private final LookingTools looking;
    private final BranchingTools branching;

    ToolDesk(
            BoundedBranching branching, Optional<BranchAgent> agent, Optional<Summarizer> summarizer, Callers callers) {
        this.callers = callers;
        this.looking = new LookingTools(branching);
        this.branching = new BranchingTools(branching, agent, summarizer);
    }

    Map<ToolSpecification, ToolExecutor> executors(Set<SessionTool> tools) {
        Map<ToolSpecification, ToolExecutor> executors = new LinkedHashMap<>();
        tools.forEach(tool -> executors.put(tool.specification(), executor(tool)));
        return executors;
    }

    private ToolExecutor executor(SessionTool tool) {
        return new ToolExecutor() {
            @Override
            public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
                return answer(tool, request, callers.byMemoryId(memoryId));
            }

            @Override
            public ToolExecutionResult executeWithContext(
                    ToolExecutionRequest request, @Nullable InvocationContext context) {
                return ToolExecutionResult.builder()
                        .resultText(answer(tool, request, callers.of(context)))
                        .build();
            }
        };
    }

    /** A call whose arguments LangChain4j has read already and whose id it keeps to itself. */
    String call(SessionTool tool, ObjectNode arguments, @Nullable InvocationContext context) {
        ToolExecutionRequest request = ToolExecutionRequest.builder()
                .name(tool.toolName())
                .arguments(arguments.toString())
                .build();
        return answer(tool, request, callers.of(context));
    }

    /** The arguments that are there; names and values by turns. */
    static ObjectNode arguments(@Nullable Object... namesAndValues) {
        ObjectNode arguments = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                arguments.set(String.valueOf(namesAndValues[i]), JSON.valueToTree(namesAndValues[i + 1]));
            }
        }
        return arguments;
    }

    private String answer(SessionTool tool, ToolExecutionRequest request, Callers.Caller caller) {
        try {
            AgentSession session = caller.session();
            ToolCall call =
                    new ToolCall(session, ToolArguments.parse(request.arguments()), () -> CallKey.of(session, request));
            return carryOut(tool, call).toString();
        } catch (ToolRefusal refused) {
            return Replies.error(refused.error(), refused.text()).toString();
        } catch (BranchLimitException full) {
            return Replies.refusal(full.refusal()).toString();
        } catch (SessionException wrong) {
            return Replies.error("not_possible", String.valueOf(wrong.getMessage()))
                    .toString();
        } catch (DurableStreamsException unreachable) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "tool " + tool.toolName() + " could not reach the streams",
                    unreachable);
            return Replies.error(
                            "unavailable",
                            "the session store did not answer: " + unreachable.getMessage()
                                    + ". Try once more, or go on without branches.")
                    .toString();
        } catch (RuntimeException unexpected) {
            // From a model or an application's own code, say: what leaves a tool would end the whole turn.
            LOG.log(System.Logger.Level.ERROR, "tool " + tool.toolName() + " failed", unexpected);
            return Replies.error("failed", "the tool failed: " + unexpected.getMessage() + ". Go on without it.")
                    .toString();
        }
    }

    private ObjectNode carryOut(SessionTool tool, ToolCall call) {
        return switch (tool) {
            case BRANCH_SESSION -> branching.branch(call);
            case RUN_BRANCHES -> branching.run(call);
            case ASK_IN_SCRATCH -> branching.ask(call);
            case LIST_BRANCHES -> looking.list(call);
            case READ_BRANCH -> looking.read(call);
            case COMPARE_BRANCHES -> looking.compare(call);
            case BRING_FORWARD -> branching.bringForward(call);
        };
    }
}
