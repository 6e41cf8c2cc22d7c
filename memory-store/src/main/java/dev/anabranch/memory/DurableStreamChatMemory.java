package dev.anabranch.memory;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.TokenCountEstimator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChatMemory} that is a session on a durable stream: each message added is one append, and the window is
 * computed from the session. The system message stands first and is never evicted; there is one at most, and another
 * text replaces it. Results of tool calls leave the window together with the message that asked for them. What leaves
 * the window stays in the session's history.
 *
 * <p>Making one does no I/O. Safe for use by many threads and processes on one id. Fails as
 * {@link DurableStreamChatMemoryStore} does.
 */
public final class DurableStreamChatMemory implements ChatMemory {

    private final Object id;
    private final AgentSession session;
    private final WindowLimit limit;

    private DurableStreamChatMemory(Object id, AgentSession session, WindowLimit limit) {
        this.id = id;
        this.session = session;
        this.limit = limit;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Object id() {
        return id;
    }

    /** The session behind this memory. */
    public AgentSession session() {
        return session;
    }

    @Override
    public void add(ChatMessage message) {
        add(List.of(message));
    }

    @Override
    public void add(ChatMessage... messages) {
        add(List.of(messages));
    }

    /** Adds the messages in one append. */
    @Override
    public void add(Iterable<ChatMessage> messages) {
        List<ChatMessage> added = new ArrayList<>();
        messages.forEach(added::add);
        StoreFailures.run(
                "adding to the memory",
                () -> session.updateWindow(added, (window, fresh) -> {
                    List<ChatMessage> list = systemFirst(window);
                    fresh.forEach(message -> join(list, message));
                    limit.apply(list);
                    return list;
                }));
    }

    private static void join(List<ChatMessage> window, ChatMessage message) {
        if (!(message instanceof SystemMessage)) {
            window.add(message);
            return;
        }
        Optional<SystemMessage> present = SystemMessage.findFirst(window);
        if (present.isEmpty()) {
            window.add(0, message);
        } else if (!present.get().equals(message)) {
            window.set(0, message);
        }
    }

    /** Makes the window these messages, in one append. */
    @Override
    public void set(Iterable<ChatMessage> messages) {
        List<ChatMessage> window = new ArrayList<>();
        messages.forEach(window::add);
        limit.apply(window);
        StoreFailures.run("setting the memory", () -> session.updateWindow(window));
    }

    @Override
    public List<ChatMessage> messages() {
        List<ChatMessage> window = systemFirst(StoreFailures.translated("reading the memory", session::window));
        limit.apply(window);
        return window;
    }

    /** Clears the window; the session's history stays readable. */
    @Override
    public void clear() {
        StoreFailures.run("clearing the memory", session::reset);
    }

    private static List<ChatMessage> systemFirst(List<ChatMessage> window) {
        for (int i = 1; i < window.size(); i++) {
            if (window.get(i) instanceof SystemMessage system && !(window.get(0) instanceof SystemMessage)) {
                window.remove(i);
                window.add(0, system);
            }
        }
        return window;
    }

    /** Makes memories. Needs {@link #sessions} or {@link #store}, and an {@link #id} unless it is for a provider. */
    public static final class Builder {

        private Object id = "default";
        private @Nullable AgentSessions sessions;
        private Function<Object, String> ids = MemoryIds::sessionId;
        private @Nullable DurableStreamChatMemoryStore store;
        private WindowLimit limit = WindowLimit.NONE;

        private Builder() {}

        /** The memory id; {@code default} unless said. */
        public Builder id(Object id) {
            this.id = Objects.requireNonNull(id);
            return this;
        }

        /** Where the session is kept. */
        public Builder sessions(AgentSessions sessions) {
            this.sessions = sessions;
            return this;
        }

        /** Keeps the session where this store does, under the ids that it uses. */
        public Builder store(DurableStreamChatMemoryStore store) {
            this.store = store;
            return this;
        }

        /** As {@link DurableStreamChatMemoryStore.Builder#ids}. */
        public Builder ids(Function<Object, String> ids) {
            this.ids = ids;
            return this;
        }

        /** The most messages that the model sees, the system message counted. */
        public Builder maxMessages(int maxMessages) {
            limit = WindowLimit.messages(maxMessages);
            return this;
        }

        /** The most tokens that the model sees, the system message counted. Messages are not divided. */
        public Builder maxTokens(int maxTokens, TokenCountEstimator estimator) {
            limit = WindowLimit.tokens(maxTokens, estimator);
            return this;
        }

        /** Makes the memory. No request is made. */
        public DurableStreamChatMemory build() {
            return build(id);
        }

        DurableStreamChatMemory build(Object memoryId) {
            AgentSession session = store != null
                    ? store.session(memoryId)
                    : Objects.requireNonNull(sessions, "sessions").session(ids.apply(memoryId));
            return new DurableStreamChatMemory(memoryId, session, limit);
        }
    }
}
