package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;

class SessionsOnMessageOffsetsTest extends AgentSessionsContract {

    @Override
    protected DurableStreams openStreams() {
        return new MemoryStreams(true).withPages(7);
    }
}
