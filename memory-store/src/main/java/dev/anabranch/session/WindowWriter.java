package dev.anabranch.session;

import dev.anabranch.entry.EntryWriter;
import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the window of a session what a list of messages says, in one append of what changes. */
final class WindowWriter {

    private final SessionWorld world;
    private final SessionLog log;
    private final WindowLists lists;

    WindowWriter(SessionWorld world, SessionLog log) {
        this.world = world;
        this.log = log;
        this.lists = new WindowLists(log);
    }

    /** Makes the window this list. */
    void update(List<ChatMessage> list, Deadline deadline, Supplier<SessionRecord> ifAbsent) {
        deadline.lock(log.lock());
        try {
            log.noteKnown();
            if (list.isEmpty() && log.look(deadline, state -> state == null)) {
                return;
            }
            PreparedMessages prepared = new PreparedMessages(world, log, List.of());
            Supplier<SessionRecord> ifStorable = () -> {
                list.forEach(prepared::encode);
                return ifAbsent.get();
            };
            log.write(deadline, ifStorable, state -> {
                List<ChatMessage> rest = lists.withoutRepeats(state, list);
                return plan(state, rest, lists.seenBy(state, rest), prepared);
            });
            prepared.settle(list);
        } finally {
            log.lock().unlock();
        }
    }

    /** Makes the window what {@code join} makes of it and these messages. */
    void add(
            List<ChatMessage> added,
            BinaryOperator<List<ChatMessage>> join,
            Deadline deadline,
            Supplier<SessionRecord> ifAbsent) {
        deadline.lock(log.lock());
        try {
            PreparedMessages prepared = new PreparedMessages(world, log, List.of());
            added.forEach(prepared::encode);
            if (log.mayBeAnother()) {
                log.look(deadline, state -> state != null);
            }
            if (!addTo(added, join, prepared, deadline, ifAbsent)) {
                // Nothing was to be written to what is known, and so nothing has told whether that is all there is.
                log.look(deadline, state -> state != null);
                addTo(added, join, prepared, deadline, ifAbsent);
            }
            prepared.settle(added);
        } finally {
            log.lock().unlock();
        }
    }

    /** False if there was nothing to write. */
    private boolean addTo(
            List<ChatMessage> added,
            BinaryOperator<List<ChatMessage>> join,
            PreparedMessages prepared,
            Deadline deadline,
            Supplier<SessionRecord> ifAbsent) {
        return log.write(deadline, ifAbsent, state -> {
            List<ChatMessage> fresh = new ArrayList<>(added);
            fresh.removeIf(each -> prepared.written(state, each).isPresent());
            List<ChatMessage> list = List.copyOf(join.apply(lists.messages(state), fresh));
            SessionLog.Change<@Nullable Void> change = plan(state, list, Seen.all(state), prepared);
            return new SessionLog.Change<>(change.entries(), after -> {
                change.done().apply(after);
                return !change.entries().isEmpty();
            });
        });
    }

    private SessionLog.Change<@Nullable Void> plan(
            SessionState state, List<ChatMessage> list, Seen seen, PreparedMessages prepared) {
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
                PreparedMessages.Message message = prepared.encode(put.instance());
                String id = prepared.id(put.instance(), message);
                writer.message(id, message.value(), put.before(), Map.of());
                written.put(id, put.instance());
            }
        }
        return new SessionLog.Change<>(writer.entries(), after -> {
            prepared.adopt(after, written);
            return null;
        });
    }
}
