package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamHead;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link AgentSessions} on durable streams. */
final class StreamSessions implements AgentSessions {

    private final SessionWorld world;

    StreamSessions(DurableStreams streams, SessionsOptions options) {
        this(new SessionWorld(streams, options));
    }

    StreamSessions(SessionWorld world) {
        this.world = world;
    }

    @Override
    public AgentSession session(String id) {
        return handle(Ids.requireSession(id));
    }

    private StreamSession handle(String id) {
        return new StreamSession(world, id);
    }

    @Override
    public Optional<AgentSession> find(String id) {
        AgentSession session = session(id);
        return session.exists() ? Optional.of(session) : Optional.empty();
    }

    @Override
    public AgentSession create(NewSession wanted) {
        StreamSession session = handle(wanted.id().map(Ids::requireSession).orElseGet(Ids::random));
        session.create(wanted);
        return session;
    }

    @Override
    public SessionPage list(SessionQuery query) {
        return new Listing(world, query).page();
    }

    @Override
    public SessionTree tree(String id) {
        Deadline deadline = world.deadline();
        StreamSession session = handle(Ids.requireSession(id));
        session.line().requireListed(deadline);
        Set<String> expired = expiredIn(id, deadline);
        return world.directory().look(deadline, state -> state.tree(rootOf(state, id), expired));
    }

    private static DirectoryState.Line rootOf(DirectoryState state, String id) {
        DirectoryState.Line line = state.line(id).orElseThrow(() -> new SessionNotFoundException(id));
        return state.line(state.rootOf(line.record())).orElse(line);
    }

    /** Sessions of a tree that were left alone for their TTL, whether or not their lines could be removed. */
    private Set<String> expiredIn(String id, Deadline deadline) {
        List<DirectoryState.Line> doubtful = world.directory()
                .look(
                        deadline,
                        state -> state.subtree(rootOf(state, id)).stream()
                                .filter(line -> line.mayHaveExpiredAt(world.now()))
                                .toList());
        List<DirectoryState.Line> there =
                world.directory().existing(doubtful, record -> exists(world, record, deadline), deadline);
        Set<String> expired = new HashSet<>();
        doubtful.forEach(line -> expired.add(line.record().id()));
        there.forEach(line -> expired.remove(line.record().id()));
        return expired;
    }

    @Override
    public Tailing listen(DirectoryListener listener) {
        Deadline deadline = world.deadline();
        DirectoryFeed feed = new DirectoryFeed(listener);
        Offset from = world.directory().look(deadline, state -> {
            state.byNumber().values().forEach(feed::known);
            return world.directory().next();
        });
        return world.streams().tail(world.names().directory(), from, feed);
    }

    @Override
    public List<String> repair(Collection<String> ids) {
        Deadline deadline = world.deadline();
        List<String> listed = new ArrayList<>();
        for (String id : ids) {
            Optional<SessionRecord> record =
                    handle(Ids.requireSession(id)).line().recordInStream(deadline);
            Optional<DirectoryState.Line> line = world.directory().look(deadline, state -> state.line(id));
            if (record.isPresent() && line.isEmpty()) {
                world.directory().add(record.get(), deadline);
                listed.add(id);
            } else if (record.isEmpty() && line.isPresent()) {
                world.directory().remove(List.of(line.get().record()), deadline);
            }
        }
        return listed;
    }

    @Override
    public boolean admit(String parent, ForkOptions branch) {
        String id = branch.id()
                .map(Ids::requireSession)
                .orElseThrow(() -> new IllegalArgumentException("a branch that is to be admitted has an id"));
        return new Admission(world).admit(handle(Ids.requireSession(parent)), id, branch);
    }

    @Override
    public StreamName stream(String id) {
        return handle(Ids.requireSession(id)).stream();
    }

    @Override
    public StreamName usage(String id) {
        return world.names().usage(Ids.requireSession(id));
    }

    @Override
    public StreamName directory() {
        return world.names().directory();
    }

    @Override
    public DurableStreams streams() {
        return world.streams();
    }

    @Override
    public SessionsOptions options() {
        return world.options();
    }

    @Override
    public void close() {
        world.forgetAll();
    }

    /** Whether the stream of a listed session is there. */
    static boolean exists(SessionWorld world, SessionRecord record, Deadline deadline) {
        StreamName name = world.names().session(record.id(), record.generation());
        try {
            Optional<StreamHead> head = deadline.retry(() -> deadline.streams().head(name));
            return head.isPresent();
        } catch (StreamGoneException deleted) {
            return false;
        }
    }
}
