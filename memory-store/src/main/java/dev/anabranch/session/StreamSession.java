package dev.anabranch.session;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.Tailing;
import dev.langchain4j.data.message.ChatMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link AgentSession} on a durable stream. */
final class StreamSession implements AgentSession {

    private final SessionWorld world;
    private final SessionLog log;
    private final HistoryReader reader;

    StreamSession(SessionWorld world, String id) {
        this.world = world;
        this.log = world.log(id);
        this.reader = new HistoryReader(world);
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
        Deadline deadline = world.deadline();
        requireListed(deadline);
        return line(deadline);
    }

    private SessionInfo line(Deadline deadline) {
        return world.directory()
                .look(
                        deadline,
                        directory -> directory
                                .line(id())
                                .map(directory::info)
                                .orElseThrow(() -> new SessionNotFoundException(id())));
    }

    /** Makes sure that the directory knows the session, which it does unless its line was lost. */
    void requireListed(Deadline deadline) {
        Optional<SessionRecord> record = recordInStream(deadline);
        SessionRecord found = record.orElseThrow(() -> new SessionNotFoundException(id()));
        boolean isListed = world.directory()
                .look(
                        deadline,
                        directory -> directory
                                .line(id())
                                .filter(line -> line.record().generation() == found.generation())
                                .isPresent());
        if (!isListed) {
            world.directory().add(found, deadline);
        }
    }

    /** What the session's own stream says it is; empty if there is no session. */
    Optional<SessionRecord> recordInStream(Deadline deadline) {
        return log.look(deadline, state -> state == null ? Optional.empty() : Optional.of(record(state)));
    }

    /** A stream that others made has no session entry: then the session is what can be said without one. */
    SessionRecord record(SessionState state) {
        if (state.record().isMissingNode()) {
            return SessionRecord.root(
                    id(), NewSession.DEFAULTS.withId(id()), Optional.empty(), Instant.EPOCH, log.generation());
        }
        return SessionRecord.fromJson(id(), state.record()).withGeneration(log.generation());
    }

    @Override
    public SessionSummary summary() {
        Deadline deadline = world.deadline();
        requireListed(deadline);
        SessionInfo info = line(deadline);
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
        Deadline deadline = world.deadline();
        return log.look(
                deadline, state -> state == null ? List.of() : reader.page(log, state, 0, Integer.MAX_VALUE, deadline));
    }

    @Override
    public HistoryPage history(int fromIndex, int limit) {
        if (fromIndex < 0 || limit < 1) {
            throw new IllegalArgumentException("index is negative or limit is not positive");
        }
        Deadline deadline = world.deadline();
        return require(deadline, state -> page(state, fromIndex, limit, deadline));
    }

    private HistoryPage page(SessionState state, int from, int limit, Deadline deadline) {
        int count = state.cursor().messages();
        if (from >= count && from > 0) {
            return new HistoryPage(List.of(), count, count);
        }
        List<HistoryMessage> messages = reader.page(log, state, from, limit, deadline);
        return new HistoryPage(messages, (int) Math.min(count, from + (long) limit), count);
    }

    @Override
    public HistoryPage latest(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit is not positive: " + limit);
        }
        Deadline deadline = world.deadline();
        return require(deadline, state -> page(state, Math.max(0, state.cursor().messages() - limit), limit, deadline));
    }

    @Override
    public Optional<HistoryMessage> message(String messageId) {
        Deadline deadline = world.deadline();
        return require(
                deadline,
                state ->
                        reader.find(log, state, messageId, deadline).map(read -> HistoryReader.toHistory(read, state)));
    }

    @Override
    public List<ChatMessage> window() {
        return log.look(world.deadline(), state -> {
            log.noteLook(state);
            List<ChatMessage> messages = state == null ? new ArrayList<>() : messages(state);
            if (state != null) {
                handOutLast(state, messages);
            }
            return messages;
        });
    }

    private List<ChatMessage> messages(SessionState state) {
        List<ChatMessage> messages = new ArrayList<>(state.window().size());
        for (WindowMessage each : state.window()) {
            boolean isFirstLook = !each.isDecoded();
            each.message().ifPresent(message -> {
                if (isFirstLook) {
                    log.instances().add(message, each.id());
                }
                messages.add(message);
            });
        }
        return messages;
    }

    private void handOutLast(SessionState state, List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        WindowMessage last = state.window().get(state.window().size() - 1);
        if (last.message().isPresent()) {
            messages.set(
                    messages.size() - 1,
                    log.handOutLast(state, last.id(), last.message().get()));
        }
    }

    @Override
    public List<ChatMessage> windowAt(ForkPoint point) {
        return new Forks(world, this).windowAt(point);
    }

    @Override
    public List<TypedEntry> entries(String type) {
        Deadline deadline = world.deadline();
        return log.look(deadline, state -> {
            List<TypedEntry> found = new ArrayList<>();
            if (state == null) {
                return found;
            }
            reader.read(
                    log.name(),
                    new HistoryCursor(id()),
                    Offset.BEGINNING,
                    state.cursor().entries(),
                    deadline,
                    (entry, passed) -> {
                        if (entry instanceof Entry.Other other && other.type().equals(type)) {
                            found.add(toTyped(other));
                        }
                        return true;
                    });
            return found;
        });
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
        log.lock().lock();
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
        List<ChatMessage> list = List.copyOf(messages);
        Deadline deadline = world.deadline();
        log.lock().lock();
        try {
            log.noteKnown();
            if (list.isEmpty() && log.look(deadline, state -> state == null)) {
                return;
            }
            Prepared prepared = new Prepared(List.of());
            Supplier<SessionRecord> ifAbsent = () -> {
                list.forEach(prepared::encode);
                return implicitRecord();
            };
            log.write(deadline, ifAbsent, state -> {
                List<ChatMessage> rest = withoutRepeats(state, list);
                return planWindow(state, rest, seenBy(state, rest), prepared);
            });
            settle(list);
        } finally {
            log.lock().unlock();
        }
    }

    @Override
    public void updateWindow(List<ChatMessage> messages, BinaryOperator<List<ChatMessage>> join) {
        List<ChatMessage> added = List.copyOf(messages);
        if (added.isEmpty()) {
            return;
        }
        Deadline deadline = world.deadline();
        log.lock().lock();
        try {
            Prepared prepared = new Prepared(List.of());
            added.forEach(prepared::encode);
            if (log.mayBeAnother()) {
                log.look(deadline, state -> state != null);
            }
            if (!addTo(added, join, prepared, deadline)) {
                // Nothing was to be written to what is known, and so nothing has told whether that is all there is.
                log.look(deadline, state -> state != null);
                addTo(added, join, prepared, deadline);
            }
            settle(added);
        } finally {
            log.lock().unlock();
        }
    }

    /** False if there was nothing to write. */
    private boolean addTo(
            List<ChatMessage> added, BinaryOperator<List<ChatMessage>> join, Prepared prepared, Deadline deadline) {
        return log.write(deadline, this::implicitRecord, state -> {
            List<ChatMessage> fresh = new ArrayList<>(added);
            fresh.removeIf(each -> isWritten(state, each, List.of()).isPresent());
            List<ChatMessage> list = List.copyOf(join.apply(messages(state), fresh));
            SessionLog.Change<@Nullable Void> change = planWindow(state, list, Seen.all(state), prepared);
            return new SessionLog.Change<>(change.entries(), after -> {
                change.done().apply(after);
                return !change.entries().isEmpty();
            });
        });
    }

    private SessionLog.Change<@Nullable Void> planWindow(
            SessionState state, List<ChatMessage> list, Seen seen, Prepared prepared) {
        WindowPlan plan = new WindowPlan(state, log.instances(), list, seen);
        plan.recognised().forEach((instance, id) -> log.instances().add(instance, id));
        boolean isPlain = plan.evictions().isEmpty()
                && plan.puts().size() == 1
                && plan.puts().get(0).existing().isEmpty();
        EntryWriter writer = new EntryWriter(isPlain ? "" : Ids.random(), world.now(), Optional.empty());
        plan.evictions().forEach(id -> writer.evicted(id, "window"));
        Map<String, ChatMessage> written = new LinkedHashMap<>();
        prepared.start(state);
        for (WindowPlan.Put put : plan.puts()) {
            if (put.existing().isPresent()) {
                writer.broughtBack(put.existing().get(), put.before());
            } else {
                Prepared.Message message = prepared.encode(put.instance());
                String id = prepared.id(put.instance(), message);
                writer.message(id, message.value(), put.before(), Map.of());
                written.put(id, put.instance());
            }
        }
        return new SessionLog.Change<>(writer.entries(), after -> {
            adopt(after, written);
            return null;
        });
    }

    /**
     * What the writer of a list had seen when it made the list. A list that holds the object which was handed out as
     * the last of the window at one time, after others that all came from here, was made from that window. Any other
     * was made from what the calling thread saw last, or from something later that it shows by holding it.
     */
    private Seen seenBy(SessionState state, List<ChatMessage> list) {
        Seen mine = log.seen(state);
        int newest = newestLast(state, list);
        if (newest >= 0) {
            long lastOf = log.instances().lastOf(list.get(newest)).orElseThrow();
            boolean allKnown = list.subList(0, newest).stream()
                    .noneMatch(message -> log.instances().idsOf(message).isEmpty());
            if (lastOf >= mine.upTo() || (allKnown && !mine.emptyWindow())) {
                return mine.withUpTo(lastOf);
            }
        }
        long upTo = mine.upTo();
        for (ChatMessage each : list) {
            for (String id : log.instances().idsOf(each)) {
                WindowMessage message = state.inWindow(id);
                if (message != null && !mine.wrote(message.passed().entry())) {
                    upTo = Math.max(upTo, message.passed().entry() + 1);
                }
            }
        }
        return mine.withUpTo(upTo);
    }

    /** Where in a list the object is that was handed out latest as the last of a window; -1 if there is none. */
    private int newestLast(SessionState state, List<ChatMessage> list) {
        int newest = -1;
        long lastOf = -1;
        for (int i = 0; i < list.size(); i++) {
            Optional<Long> entries = log.instances().lastOf(list.get(i));
            if (entries.isPresent() && entries.get() > lastOf && isKnown(state, list.get(i))) {
                newest = i;
                lastOf = entries.get();
            }
        }
        return newest;
    }

    private boolean isKnown(SessionState state, ChatMessage instance) {
        return log.instances().idsOf(instance).stream().anyMatch(id -> isThere(state, id));
    }

    private static boolean isThere(SessionState state, String id) {
        return state.inWindow(id) != null || state.evictedBy(id).isPresent();
    }

    /**
     * A message whose append failed in a way that left open what became of it, and which was written after all, stands
     * in the window already when its writer adds it again.
     */
    private List<ChatMessage> withoutRepeats(SessionState state, List<ChatMessage> list) {
        if (!log.hasUnsettled()) {
            return list;
        }
        Set<String> claimed = new HashSet<>();
        List<ChatMessage> rest = new ArrayList<>(list.size());
        for (ChatMessage each : list) {
            List<String> there = log.instances().idsOf(each).stream()
                    .filter(id -> state.inWindow(id) != null)
                    .toList();
            Optional<String> free =
                    there.stream().filter(id -> !claimed.contains(id)).findFirst();
            free.ifPresent(claimed::add);
            boolean isRepeat = free.isEmpty()
                    && there.stream().anyMatch(id -> log.unsettled(id).isPresent());
            if (!isRepeat) {
                rest.add(each);
            }
        }
        return rest;
    }

    private void settle(List<ChatMessage> list) {
        if (log.hasUnsettled()) {
            list.forEach(each -> log.instances().idsOf(each).forEach(log::settle));
        }
    }

    /** The instances that went in are what comes out. */
    private void adopt(SessionState state, Map<String, ChatMessage> written) {
        written.forEach((id, instance) -> {
            log.settle(id);
            WindowMessage message = state.inWindow(id);
            if (message != null) {
                message.decodedAs(instance);
            }
        });
    }

    /** Messages as they will be written: encoded once, under ids that stay the same however often it is tried. */
    private final class Prepared {

        record Message(MessageValue value, List<String> ids) {}

        private final IdentityHashMap<ChatMessage, Message> messages = new IdentityHashMap<>();
        private final IdentityHashMap<ChatMessage, Integer> used = new IdentityHashMap<>();
        private final List<TypedEntry> entries;
        private @Nullable SessionState state;

        /** @param entries what is written beside them */
        Prepared(List<TypedEntry> entries) {
            this.entries = entries;
        }

        Message encode(ChatMessage instance) {
            return messages.computeIfAbsent(
                    instance, message -> new Message(MessageCodec.encode(message), new ArrayList<>()));
        }

        void start(SessionState current) {
            state = current;
            used.clear();
        }

        String id(ChatMessage instance, Message message) {
            int nth = used.merge(instance, 1, Integer::sum) - 1;
            if (nth == message.ids().size()) {
                String id = leftOver(instance, message)
                        .orElseGet(() -> Ids.timeOrdered(world.now().toEpochMilli()));
                message.ids().add(id);
                log.unsettle(id, entries);
                log.instances().add(instance, id);
                MessageOrigins.note(instance, log.id());
            }
            return message.ids().get(nth);
        }

        /** The id under which an earlier call tried to write this instance, if that came to nothing. */
        private Optional<String> leftOver(ChatMessage instance, Message message) {
            SessionState current = state;
            return log.instances().idsOf(instance).stream()
                    .filter(id -> !message.ids().contains(id))
                    .filter(id -> current != null && !isThere(current, id))
                    .filter(id -> log.unsettled(id).isPresent())
                    .findFirst();
        }
    }

    @Override
    public Appended append(SessionAppend append) {
        return append(append, world.deadline());
    }

    private Appended append(SessionAppend append, Deadline deadline) {
        EntryHeaders.requireFree(append.headers());
        append.entries().forEach(entry -> EntryHeaders.requireFree(entry.headers()));
        log.lock().lock();
        try {
            Prepared prepared = new Prepared(append.entries());
            append.messages().forEach(prepared::encode);
            return log.write(deadline, this::implicitRecord, state -> planAppend(state, append, prepared, deadline));
        } finally {
            log.lock().unlock();
        }
    }

    private SessionLog.Change<Appended> planAppend(
            SessionState state, SessionAppend append, Prepared prepared, Deadline deadline) {
        Optional<List<String>> earlier = append.idempotencyKey().flatMap(state::idempotent);
        if (earlier.isPresent()) {
            return repeated(List.copyOf(earlier.get()), deadline);
        }
        List<String> ids = alreadyWritten(state, append);
        if (!ids.isEmpty() && ids.size() == append.messages().size()) {
            return repeated(ids, deadline);
        }
        boolean isPlain = append.messages().size() == 1
                && append.entries().isEmpty()
                && append.evictions().isEmpty();
        EntryWriter writer = new EntryWriter(isPlain ? "" : Ids.random(), world.now(), append.idempotencyKey());
        Map<String, ChatMessage> written = new LinkedHashMap<>();
        Optional<String> before =
                append.beforeOpenToolCalls() ? ForkPoints.openAtEnd(state).map(ToolGroup::messageId) : Optional.empty();
        prepared.start(state);
        append.evictions().forEach((id, reason) -> {
            if (state.inWindow(id) != null) {
                writer.evicted(id, reason);
            }
        });
        for (ChatMessage instance : append.messages()) {
            Prepared.Message message = prepared.encode(instance);
            String id = prepared.id(instance, message);
            writer.message(id, message.value(), before, append.headers());
            written.put(id, instance);
        }
        append.entries().forEach(writer::other);
        return new SessionLog.Change<>(writer.entries(), now -> {
            adopt(now, written);
            List<HistoryMessage> messages = written.keySet().stream()
                    .map(now::inWindow)
                    .filter(Objects::nonNull)
                    .map(message ->
                            HistoryReader.toHistory(new HistoryReader.Read(message.entry(), message.passed()), now))
                    .toList();
            return new Appended(messages, false, now.tail());
        });
    }

    private SessionLog.Change<Appended> repeated(List<String> ids, Deadline deadline) {
        return new SessionLog.Change<>(List.of(), now -> {
            ids.forEach(log::settle);
            return new Appended(messages(now, ids, deadline), true, now.tail());
        });
    }

    /**
     * The messages of an append that were written by an earlier attempt of the same append, which failed in a way that
     * left open what became of it: all of them or none.
     */
    private List<String> alreadyWritten(SessionState state, SessionAppend append) {
        List<String> ids = new ArrayList<>();
        for (ChatMessage each : log.hasUnsettled() ? append.messages() : List.<ChatMessage>of()) {
            isWritten(state, each, append.entries())
                    .filter(id -> !ids.contains(id))
                    .ifPresent(ids::add);
        }
        return ids;
    }

    /** The id of a message that is there though its append, together with these entries, seemed to fail. */
    private Optional<String> isWritten(SessionState state, ChatMessage instance, List<TypedEntry> entries) {
        return log.instances().idsOf(instance).stream()
                .filter(id -> isThere(state, id))
                .filter(id -> log.unsettled(id).filter(entries::equals).isPresent())
                .findFirst();
    }

    private List<HistoryMessage> messages(SessionState state, List<String> ids, Deadline deadline) {
        List<HistoryMessage> messages = new ArrayList<>();
        for (String id : ids) {
            reader.find(log, state, id, deadline)
                    .map(read -> HistoryReader.toHistory(read, state))
                    .ifPresent(messages::add);
        }
        return messages;
    }

    @Override
    public void reset() {
        Deadline deadline = world.deadline();
        log.lock().lock();
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
        return new Forks(world, this).rewind(point);
    }

    @Override
    public List<SessionInfo> ancestors() {
        Deadline deadline = world.deadline();
        requireListed(deadline);
        return world.directory()
                .look(
                        deadline,
                        directory -> directory
                                .line(id())
                                .map(line -> directory.infos(directory.ancestors(line.record())))
                                .orElse(List.of()));
    }

    @Override
    public List<SessionInfo> children() {
        Deadline deadline = world.deadline();
        requireListed(deadline);
        List<DirectoryState.Line> lines = world.directory().look(deadline, directory -> directory.children(id()));
        List<DirectoryState.Line> there =
                world.directory().existing(lines, record -> StreamSessions.exists(world, record, deadline), deadline);
        return world.directory().look(deadline, directory -> directory.infos(there));
    }

    @Override
    public SessionInfo update(SessionUpdate update) {
        Deadline deadline = world.deadline();
        requireListed(deadline);
        SessionRecord changed = world.directory().change(deadline, directory -> {
            SessionRecord now = directory
                    .line(id())
                    .orElseThrow(() -> new SessionNotFoundException(id()))
                    .record();
            SessionRecord next = now.with(update);
            return new Directory.Change<>("update", next.equals(now) ? List.of() : List.of(next), next);
        });
        note(changed, deadline);
        return line(deadline);
    }

    /** So that a directory that was lost can be made again from the sessions. */
    private void note(SessionRecord record, Deadline deadline) {
        log.lock().lock();
        try {
            log.write(deadline, () -> record, state -> {
                EntryWriter writer = new EntryWriter(Ids.random(), world.now(), Optional.empty());
                if (!record(state).toJson().equals(record.toJson())) {
                    writer.session(id(), "update", record.toJson());
                }
                return new SessionLog.Change<>(writer.entries(), SessionState::tail);
            });
        } finally {
            log.lock().unlock();
        }
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
