package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** {@link AgentSessions} on durable streams. */
final class StreamSessions implements AgentSessions {

    private final DurableStreams streams;
    private final SessionsOptions options;

    StreamSessions(DurableStreams streams, SessionsOptions options) {
        this.streams = streams;
        this.options = options;
    }

    @Override
    public AgentSession session(String id) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public Optional<AgentSession> find(String id) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public AgentSession create(NewSession session) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public SessionPage list(SessionQuery query) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public SessionTree tree(String id) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public Tailing listen(DirectoryListener listener) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public List<String> repair(Collection<String> ids) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public StreamName stream(String id) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public StreamName directory() {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public DurableStreams streams() {
        return streams;
    }

    @Override
    public SessionsOptions options() {
        return options;
    }

    @Override
    public void close() {}
}
