package dev.anabranch.server.agent;

/**
 * An agent that answers people's messages on the server: what an application plugs in. Usually a LangChain4j AI service
 * whose memory is a {@code DurableStreamChatMemoryStore} on the server's own streams, so that the question, the tool
 * calls and the answer join the session as the agent's memory writes them.
 *
 * <p>Safe for use by many threads: turns of different sessions run at the same time, those of one session never do.
 */
@FunctionalInterface
public interface AgentRunner {

    /**
     * Answers one message. Called on a thread of its own; returns when the answer is complete and in the session, and
     * throws when there is none. What it throws is shown to people by its message.
     *
     * <p>When the turn is stopped, the thread is interrupted and {@link AgentTurn#onStop} runs; what the call returns
     * or throws after that does not matter.
     *
     * @param output takes what the agent says while it says it; may be left alone by an agent that does not stream
     */
    void answer(AgentTurn turn, AgentOutput output) throws Exception;
}
