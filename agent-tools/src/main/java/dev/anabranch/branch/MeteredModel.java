package dev.anabranch.branch;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Set;

/** A model whose calls count against the budget of the run that makes them, and are refused once it is spent. */
record MeteredModel(ChatModel model) implements ChatModel {

    @Override
    public ChatResponse chat(ChatRequest request) {
        Meter.current().ifPresent(Meter::requireTokens);
        ChatResponse response = model.chat(request);
        TokenUsage used = response.tokenUsage();
        if (used != null && used.totalTokenCount() != null) {
            Meter.current().ifPresent(meter -> meter.count(used.totalTokenCount()));
        }
        return response;
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return model.defaultRequestParameters();
    }

    @Override
    public List<ChatModelListener> listeners() {
        return model.listeners();
    }

    @Override
    public ModelProvider provider() {
        return model.provider();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return model.supportedCapabilities();
    }
}
