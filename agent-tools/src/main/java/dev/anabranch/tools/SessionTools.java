package dev.anabranch.tools;

import dev.anabranch.branch.BoundedBranching;
import dev.anabranch.branch.BranchAgent;
import dev.anabranch.branch.BranchLimits;
import dev.anabranch.branch.ModelSummarizer;
import dev.anabranch.forward.BringForward.Summarizer;
import dev.anabranch.memory.DurableStreamChatMemoryStore;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tools with which an agent branches its own session, works in the branches, looks at them and brings results home.
 * They act on the session of the agent that calls them. Immutable, and safe for use by many agents and threads.
 *
 * <pre>{@code
 * SessionTools tools = SessionTools.builder(sessions).chatModel(model).build();
 * Assistant assistant = AiServices.builder(Assistant.class)
 *         .chatModel(model)
 *         .chatMemoryProvider(memoryProvider)
 *         .tools(tools)
 *         .build();
 * }</pre>
 *
 * <p>Every tool answers compact JSON. Nothing that a model passes makes one throw: a wrong index, an unknown branch, a
 * limit come back as {@code error} and {@code message}, in words a model can act on. The same tool call, retried, gives
 * the same branch.
 */
public final class SessionTools extends AbstractMap<ToolSpecification, ToolExecutor> implements ToolProvider {

    /*
     * LangChain4j takes tools in three ways, and this class is one object for all of them.
     *
     * As a map from specification to executor, which is what the compiler chooses for tools(sessionTools): only an
     * executor sees the tool call's id, which a retry is recognised by, and the arguments as the model sent them, so
     * that malformed ones are answered in words instead of ending the turn. As a ToolProvider. And by its annotated
     * methods, which is how tools(sessionTools, otherTools) and dependency injection find tools: there LangChain4j
     * reads the arguments before we do, and the call's id is looked up in the session.
     */

    private final ToolDesk desk;
    private final Map<ToolSpecification, ToolExecutor> executors;

    private SessionTools(Builder builder) {
        BoundedBranching branching = BoundedBranching.of(builder.sessions, builder.limits);
        Optional<Summarizer> summarizer = Optional.ofNullable(builder.summarizer)
                .or(() -> Optional.ofNullable(builder.model).map(ModelSummarizer::of));
        Optional<ToolUsingAgent> own = Optional.ofNullable(builder.model)
                .filter(model -> builder.agent == null)
                .map(model -> new ToolUsingAgent(builder.sessions, model));
        Optional<BranchAgent> agent = Optional.ofNullable(builder.agent).or(() -> own);
        ToolDesk branchDesk = new ToolDesk(
                branching, agent, summarizer, new Callers(builder.sessions, builder.mapping, Optional.empty()));
        own.ifPresent(mine -> mine.equip(branchDesk.executors(builder.offered)));
        this.desk = new ToolDesk(
                branching,
                agent,
                summarizer,
                new Callers(builder.sessions, builder.mapping, Optional.ofNullable(builder.bound)));
        this.executors = Collections.unmodifiableMap(desk.executors(builder.offered));
    }

    /** Tools for agents whose memories lie in these sessions, under the ids that memory stores give them by default. */
    public static Builder builder(AgentSessions sessions) {
        DurableStreamChatMemoryStore store = DurableStreamChatMemoryStore.builder()
                .streams(sessions.streams())
                .options(sessions.options())
                .build();
        return new Builder(sessions, id -> sessions.session(store.session(id).id()));
    }

    /** Tools for agents whose memories lie in this store, by whatever ids: also for one agent's part of a store. */
    public static Builder builder(DurableStreamChatMemoryStore store) {
        return new Builder(store.sessions(), store::session);
    }

    @Override
    public Set<Entry<ToolSpecification, ToolExecutor>> entrySet() {
        return executors.entrySet();
    }

    @Override
    public ToolProviderResult provideTools(ToolProviderRequest request) {
        return new ToolProviderResult(executors);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "branch_session", value = Descriptions.BRANCH_SESSION)
    public String branchSession(
            @P(name = "at_message", value = Descriptions.AT_MESSAGE, required = false) @Nullable String atMessage,
            @P(name = "label", value = Descriptions.LABEL, required = false) @Nullable String label,
            InvocationContext context) {
        return desk.call(
                SessionTool.BRANCH_SESSION, ToolDesk.arguments("at_message", atMessage, "label", label), context);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "run_branches", value = Descriptions.RUN_BRANCHES)
    public String runBranches(
            @P(name = "tasks", value = Descriptions.TASKS) @Nullable List<BranchTaskArgument> tasks,
            InvocationContext context) {
        return desk.call(SessionTool.RUN_BRANCHES, ToolDesk.arguments("tasks", tasks), context);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "ask_in_scratch", value = Descriptions.ASK_IN_SCRATCH)
    public String askInScratch(
            @P(name = "question", value = Descriptions.QUESTION) @Nullable String question, InvocationContext context) {
        return desk.call(SessionTool.ASK_IN_SCRATCH, ToolDesk.arguments("question", question), context);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "list_branches", value = Descriptions.LIST_BRANCHES)
    public String listBranches(InvocationContext context) {
        return desk.call(SessionTool.LIST_BRANCHES, ToolDesk.arguments(), context);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "read_branch", value = Descriptions.READ_BRANCH)
    public String readBranch(
            @P(name = "session", value = Descriptions.SESSION) @Nullable String session,
            @P(name = "last", value = Descriptions.LAST, required = false) @Nullable String last,
            InvocationContext context) {
        return desk.call(SessionTool.READ_BRANCH, ToolDesk.arguments("session", session, "last", last), context);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "compare_branches", value = Descriptions.COMPARE_BRANCHES)
    public String compareBranches(
            @P(name = "a", value = Descriptions.SESSION) @Nullable String a,
            @P(name = "b", value = Descriptions.SESSION) @Nullable String b,
            InvocationContext context) {
        return desk.call(SessionTool.COMPARE_BRANCHES, ToolDesk.arguments("a", a, "b", b), context);
    }

    /** For LangChain4j, which finds tools by their annotation. */
    @Tool(name = "bring_forward", value = Descriptions.BRING_FORWARD)
    public String bringForward(
            @P(name = "session", value = Descriptions.SESSION) @Nullable String session,
            @P(name = "mode", value = Descriptions.MODE, required = false) @Nullable String mode,
            InvocationContext context) {
        return desk.call(SessionTool.BRING_FORWARD, ToolDesk.arguments("session", session, "mode", mode), context);
    }

    /**
     * A task, as a model passes it.
     *
     * @param label the branch's name
     * @param task what to do there
     */
    public record BranchTaskArgument(
            @Nullable String label, @Nullable String task) {}

    /** Says what the tools are and act on. */
    public static final class Builder {

        private final AgentSessions sessions;
        private final Function<Object, AgentSession> mapping;
        private final Set<SessionTool> offered = EnumSet.allOf(SessionTool.class);
        private BranchLimits limits = BranchLimits.DEFAULTS;
        private @Nullable BranchAgent agent;
        private @Nullable ChatModel model;
        private @Nullable Summarizer summarizer;
        private @Nullable Object bound;

        private Builder(AgentSessions sessions, Function<Object, AgentSession> mapping) {
            this.sessions = sessions;
            this.mapping = mapping;
        }

        /** Default: {@link BranchLimits#DEFAULTS}. */
        public Builder limits(BranchLimits limits) {
            this.limits = limits;
            return this;
        }

        /**
         * Who works in branches and scratches. The same agent that has these tools is named by a lambda, for it is
         * built after them: {@code agent(BranchAgent.of((id, task) -> assistant().chat(id, task)))}.
         */
        public Builder agent(BranchAgent agent) {
            this.agent = agent;
            return this;
        }

        /**
         * A model for what the tools need one for: it works in branches and scratches, with these same tools, if no
         * {@link #agent} is named, and sums branches up if no {@link #summarizer} is.
         */
        public Builder chatModel(ChatModel model) {
            this.model = model;
            return this;
        }

        /** Who sums up branches that are brought forward. Without one and without a model, an outline has to do. */
        public Builder summarizer(Summarizer summarizer) {
            this.summarizer = summarizer;
            return this;
        }

        /**
         * Binds the tools to the session behind a memory, for an AI service without {@code @MemoryId}. Such a service
         * is recognised without this, too, as long as its memory lies in these sessions and in this process.
         */
        public Builder memory(ChatMemory memory) {
            return session(memory.id());
        }

        /** Binds the tools to the session behind a memory id, whoever calls them. */
        public Builder session(Object memoryId) {
            this.bound = memoryId;
            return this;
        }

        /** Offers these tools only. */
        public Builder only(SessionTool... tools) {
            offered.retainAll(Arrays.asList(tools));
            return this;
        }

        /** Does not offer these tools. */
        public Builder without(SessionTool... tools) {
            offered.removeAll(Arrays.asList(tools));
            return this;
        }

        public SessionTools build() {
            return new SessionTools(this);
        }
    }
}
