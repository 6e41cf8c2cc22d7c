package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryWriter;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** {@link AgentSession} on a durable stream. */
final class StreamSession implements AgentSession {

    private final SessionWorld world;
    private final SessionLog log;
    private final OpenHistory history;
    private final WindowWriter windows;
    private final Appends appends;
    private final OwnLine line;

    StreamSession(SessionWorld world, String id) {
        this.world = world;
        this.log = world.log(id);
        this.history = new OpenHistory(world, log);
        this.windows = new WindowWriter(world, log);
        this.appends = new Appends(world, log);
        this.line = new OwnLine(world, log);
    }

    SessionLog log() {
        return log;
    }

    @Override
    public String id() {
        return log.id();
    }

    // What it is

    @Override
    public AgentSessions sessions() {
        return new StreamSessions(world);
    }

    @Override
    public boolean exists() {
        return log.look(world.deadline(), state -> state != null);
    }

    @Override
    public SessionInfo info() {
        return line.info(world.deadline());
    }

    OwnLine line() {
        return line;
    }

    @Override
    public SessionSummary summary() {
        Deadline deadline = world.deadline();
        SessionInfo info = line.info(deadline);
        return require(deadline, state -> {
            WindowMessage last = state.lastMessage();
            String text =
                    last == null ? "" : last.message().map(MessageCodec::text).orElse("");
            return new SessionSummary(
                    info,
                    state.cursor().messages(),
                    state.cursor().ownMessages(),
                    state.window().size(),
                    Optional.ofNullable(last)
                            .filter(message -> !message.passed().inherited())
                            .flatMap(WindowMessage::time)
                            .orElse(info.createdAt()),
                    preview(text));
        });
    }

    private static String preview(String text) {
        if (text.length() <= 200) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(199)) ? 199 : 200);
    }

    @Override
    public StreamName stream() {
        log.look(world.deadline(), state -> state != null);
        return log.name();
    }

    @Override
    public Offset tail() {
        return require(world.deadline(), SessionState::tail);
    }

    private <T> T require(Deadline deadline, Function<SessionState, T> question) {
        return log.look(deadline, state -> {
            if (state == null) {
                throw new SessionNotFoundException(id());
            }
            return question.apply(state);
        });
    }

    // Reading

    @Override
    public List<HistoryMessage> history() {
        return history.all();
    }

    @Override
    public HistoryPage history(int fromIndex, int limit) {
        if (fromIndex < 0 || limit < 1) {
            throw new IllegalArgumentException("index is negative or limit is not positive");
        }
        return history.page(fromIndex, limit);
    }

    @Override
    public HistoryPage latest(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit is not positive: " + limit);
        }
        return history.latest(limit);
    }

    @Override
    public Optional<HistoryMessage> message(String messageId) {
        return history.message(messageId);
    }

    @Override
    public List<ChatMessage> window() {
        return log.look(world.deadline(), state -> {
            log.noteLook(state);
            return state == null ? new ArrayList<>() : new WindowLists(log).handOut(state);
        });
    }

    @Override
    public List<ChatMessage> windowAt(ForkPoint point) {
        return new Forks(world, this).windowAt(point);
    }

    @Override
    public List<TypedEntry> entries(String type) {
        return history.entries(type);
    }

    static TypedEntry toTyped(Entry.Other entry) {
        return new TypedEntry(
                entry.type(),
                entry.key(),
                entry.value(),
                entry.headers().others(),
                entry.headers().time(),
                entry.headers().offset());
    }

    // Writing

    void create(NewSession wanted) {
        Deadline deadline = world.deadline();
        deadline.lock(log.lock());
        try {
            boolean exists = log.look(deadline, state -> state != null);
            if (exists) {
                throw new SessionExistsException(id());
            }
            log.create(deadline, rootRecord(wanted));
        } finally {
            log.lock().unlock();
        }
    }

    private SessionRecord rootRecord(NewSession wanted) {
        return SessionRecord.root(id(), wanted, world.options().creator(), world.now(), log.generation());
    }

    private SessionRecord implicitRecord() {
        NewSession wanted = NewSession.DEFAULTS.withId(id());
        return rootRecord(world.options().ttl().map(wanted::withTtl).orElse(wanted));
    }

    @Override
    public void updateWindow(List<ChatMessage> messages) {
        windows.update(List.copyOf(messages), world.deadline(), this::implicitRecord);
    }

    @Override
    public void updateWindow(List<ChatMessage> messages, BinaryOperator<List<ChatMessage>> join) {
        List<ChatMessage> added = List.copyOf(messages);
        if (!added.isEmpty()) {
            windows.add(added, join, world.deadline(), this::implicitRecord);
        }
    }

    @Override
    public Appended append(SessionAppend append) {
        return appends.append(append, world.deadline(), this::implicitRecord);
    }

    @Override
    public void reset() {
        Deadline deadline = world.deadline();
        deadline.lock(log.lock());
        try {
            if (log.look(deadline, state -> state == null)) {
                log.noteLook(null);
                return;
            }
            String id = Ids.timeOrdered(world.now().toEpochMilli());
            log.write(deadline, this::implicitRecord, state -> {
                EntryWriter writer = new EntryWriter(Ids.random(), world.now(), Optional.empty());
                if (!state.window().isEmpty()) {
                    writer.reset(id);
                }
                return new SessionLog.Change<>(writer.entries(), SessionState::tail);
            });
        } finally {
            log.lock().unlock();
        }
    }

    // Branches

    @Override
    public List<Branch> forkAll(List<ForkOptions> forks) {
        return new Forks(world, this).forkAll(forks);
    }

    @Override
    public Branch keep(ForkOptions options) {
        SessionInfo info = info();
        StreamSession parent = info.parent()
                .map(parentId -> new StreamSession(world, parentId))
                .orElseThrow(
                        () -> new SessionNotFoundException(info.forkedFrom().orElse(id())));
        return new Forks(world, parent).again(this, info, options);
    }

    @Override
    public BranchPoint resolve(ForkPoint point, OpenToolCalls openToolCalls) {
        return new Forks(world, this).resolve(point, openToolCalls);
    }

    @Override
    public Branch rewind(ForkPoint point) {
        return new Rewind(world, this).to(point);
    }

    @Override
    public List<SessionInfo> ancestors() {
        return line.ancestors(world.deadline());
    }

    @Override
    public List<SessionInfo> children() {
        return line.children(world.deadline());
    }

    @Override
    public SessionInfo update(SessionUpdate update) {
        return line.update(update, world.deadline());
    }

    @Override
    public boolean delete() {
        return new Deletion(world).delete(this, world.deadline());
    }

    @Override
    public List<String> deleteTree() {
        return new Deletion(world).deleteTree(this, world.deadline());
    }

    @Override
    public Tailing listen(SessionListener listener) {
        return require(world.deadline(), state -> {
            SessionFeed feed = new SessionFeed(listener, state.cursor().copy(), state.unverified());
            return world.streams().tail(log.name(), state.verified(), feed);
        });
    }
}
