package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.V;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent that needs nothing but a model: it works in the branch's own window, with the system message that the branch
 * inherited, and calls tools until it has an answer. Safe for use by many threads if its model and tools are.
 */
public final class ModelAgent implements BranchAgent {

    /** An AI service; the text is a value and no template, so that braces in it mean nothing. */
    interface Assistant extends ChatMemoryAccess {
        @UserMessage("{{text}}")
        Result<String> answer(@MemoryId String id, @V("text") String text);
    }

    private final Assistant assistant;

    private ModelAgent(Builder builder) {
        AiServices<Assistant> service = AiServices.builder(Assistant.class)
                .chatModel(new MeteredModel(builder.model))
                .chatMemoryProvider(id -> new SessionMemory(builder.sessions.session((String) id)))
                .maxToolCallingRoundTrips(builder.roundTripsMax);
        builder.systemMessage.ifPresent(service::systemMessage);
        if (!builder.tools.isEmpty()) {
            service.tools(List.copyOf(builder.tools));
        }
        if (!builder.executors.isEmpty()) {
            service.tools(builder.executors);
        }
        this.assistant = service.build();
    }

    /** An agent without tools. */
    public static ModelAgent of(AgentSessions sessions, ChatModel model) {
        return builder(sessions, model).build();
    }

    public static Builder builder(AgentSessions sessions, ChatModel model) {
        return new Builder(sessions, model);
    }

    @Override
    public Answer work(AgentSession branch, String task) {
        try {
            Result<String> result = assistant.answer(branch.id(), task);
            @Nullable String text = result.content();
            return Answer.of(text == null ? "" : text, result.tokenUsage());
        } finally {
            assistant.evictChatMemory(branch.id());
        }
    }

    /** Says what the agent has besides its model. */
    public static final class Builder {

        private final AgentSessions sessions;
        private final ChatModel model;
        private final List<Object> tools = new ArrayList<>();
        private final Map<ToolSpecification, ToolExecutor> executors = new LinkedHashMap<>();
        private Optional<String> systemMessage = Optional.empty();
        private int roundTripsMax = 20;

        private Builder(AgentSessions sessions, ChatModel model) {
            this.sessions = sessions;
            this.model = model;
        }

        /** Objects with methods annotated as tools. */
        public Builder tools(Object... objects) {
            tools.addAll(List.of(objects));
            return this;
        }

        /** Tools as specification and executor. */
        public Builder tools(Map<ToolSpecification, ToolExecutor> tools) {
            executors.putAll(tools);
            return this;
        }

        /** Default: whatever the branch inherited. */
        public Builder systemMessage(String text) {
            this.systemMessage = Optional.of(text);
            return this;
        }

        /** How often the model may call tools in one task. Default: 20. */
        public Builder roundTripsMax(int roundTripsMax) {
            this.roundTripsMax = roundTripsMax;
            return this;
        }

        public ModelAgent build() {
            return new ModelAgent(this);
        }
    }
}
