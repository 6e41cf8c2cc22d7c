package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;

class SessionsOnAppendOffsetsTest extends AgentSessionsContract {

    @Override
    protected DurableStreams openStreams() {
        return new MemoryStreams(false);
    }
}
