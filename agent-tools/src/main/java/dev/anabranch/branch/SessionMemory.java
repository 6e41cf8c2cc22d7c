package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.List;

/** A branch's session as the memory of the agent that works on it: the whole window, nothing evicted. */
final class SessionMemory implements ChatMemory {

    private final AgentSession session;

    SessionMemory(AgentSession session) {
        this.session = session;
    }

    @Override
    public Object id() {
        return session.id();
    }

    /** Appends; a system message only if the window has no such message yet, so that the inherited prefix stays. */
    @Override
    public void add(ChatMessage message) {
        if (message instanceof SystemMessage && session.window().contains(message)) {
            return;
        }
        session.append(message);
    }

    @Override
    public List<ChatMessage> messages() {
        return session.window();
    }

    @Override
    public void clear() {
        session.reset();
    }
}
