package dev.anabranch.session;

import dev.anabranch.entry.EntryHeaders;
import dev.anabranch.entry.EntryWriter;
import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Appends messages and other entries to a session, once for each idempotency key. */
final class Appends {

    private final SessionWorld world;
    private final SessionLog log;
    private final HistoryReader reader;

    Appends(SessionWorld world, SessionLog log) {
        this.world = world;
        this.log = log;
        this.reader = new HistoryReader();
    }

    Appended append(SessionAppend append, Deadline deadline, Supplier<SessionRecord> ifAbsent) {
        EntryHeaders.requireFree(append.headers());
        append.entries().forEach(entry -> EntryHeaders.requireFree(entry.headers()));
        deadline.lock(log.lock());
        try {
            PreparedMessages prepared = new PreparedMessages(world, log, append.entries());
            append.messages().forEach(prepared::encode);
            return log.write(deadline, ifAbsent, state -> plan(state, append, prepared, deadline));
        } finally {
            log.lock().unlock();
        }
    }

    private SessionLog.Change<Appended> plan(
            SessionState state, SessionAppend append, PreparedMessages prepared, Deadline deadline) {
        Optional<List<String>> earlier = append.idempotencyKey().flatMap(state::idempotent);
        if (earlier.isPresent()) {
            return repeated(List.copyOf(earlier.get()), deadline);
        }
        List<String> ids = alreadyWritten(state, append, prepared);
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
            PreparedMessages.Message message = prepared.encode(instance);
            String id = prepared.id(instance, message);
            writer.message(id, message.value(), before, append.headers());
            written.put(id, instance);
        }
        append.entries().forEach(writer::other);
        return new SessionLog.Change<>(writer.entries(), now -> {
            prepared.adopt(now, written);
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
            ids.forEach(log.unsettled()::remove);
            return new Appended(messages(now, ids, deadline), true, now.tail());
        });
    }

    /**
     * The messages of an append that were written by an earlier attempt of the same append, which failed in a way that
     * left open what became of it: all of them or none.
     */
    private List<String> alreadyWritten(SessionState state, SessionAppend append, PreparedMessages prepared) {
        List<String> ids = new ArrayList<>();
        for (ChatMessage each : log.unsettled().isEmpty() ? List.<ChatMessage>of() : append.messages()) {
            prepared.written(state, each).filter(id -> !ids.contains(id)).ifPresent(ids::add);
        }
        return ids;
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
}
