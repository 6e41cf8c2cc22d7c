package dev.anabranch.server.agent;

/** Takes an answer while it is being made. Safe for use by many threads; calls do not wait for the disk. */
public interface AgentOutput {

    /** The next piece of the message that the agent is writing. */
    void write(String text);

    /**
     * The message being written is complete and has joined the session, or is about to; what is written next belongs to
     * the one after it. To be called once for each message of the agent: between rounds of tool calls, and at the end.
     */
    void endMessage();
}
