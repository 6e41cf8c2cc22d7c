package dev.anabranch.server;

import dev.anabranch.server.agent.AgentRunner;
import dev.anabranch.stream.DurableStreams;

/** Makes the agent of a server, once its streams are open. */
@FunctionalInterface
public interface AgentSource {

    /**
     * The agent, whose memory shall lie on these streams.
     *
     * @param streams the server's own, in this process; the server's to close
     */
    AgentRunner open(DurableStreams streams);
}
