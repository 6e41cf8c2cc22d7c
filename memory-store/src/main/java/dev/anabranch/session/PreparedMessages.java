package dev.anabranch.session;

import dev.anabranch.entry.MessageValue;
import dev.anabranch.entry.TypedEntry;
import dev.langchain4j.data.message.ChatMessage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one call as they will be written: encoded once, under ids that stay the same however often it is tried.
 * The session's lock guards it.
 */
final class PreparedMessages {

    record Message(MessageValue value, List<String> ids) {}

    private final SessionWorld world;
    private final SessionLog log;
    private final IdentityHashMap<ChatMessage, Message> messages = new IdentityHashMap<>();
    private final IdentityHashMap<ChatMessage, Integer> used = new IdentityHashMap<>();
    private final List<TypedEntry> entries;
    private @Nullable SessionState state;

    /** @param entries what is written beside them */
    PreparedMessages(SessionWorld world, SessionLog log, List<TypedEntry> entries) {
        this.world = world;
        this.log = log;
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
            log.unsettled().add(id, entries);
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
                .filter(id -> current != null && !current.has(id))
                .filter(id -> log.unsettled().find(id).isPresent())
                .findFirst();
    }

    /** The id of a message that is there though its append, together with these entries, seemed to fail. */
    Optional<String> written(SessionState current, ChatMessage instance) {
        return log.instances().idsOf(instance).stream()
                .filter(id -> current.has(id))
                .filter(id -> log.unsettled().find(id).filter(entries::equals).isPresent())
                .findFirst();
    }

    /** Whoever hands in these objects again means other messages. */
    void settle(List<ChatMessage> list) {
        if (!log.unsettled().isEmpty()) {
            list.forEach(each -> log.instances().idsOf(each).forEach(log.unsettled()::remove));
        }
    }

    /** The instances that went in are what comes out. */
    void adopt(SessionState state, Map<String, ChatMessage> written) {
        written.forEach((id, instance) -> {
            log.unsettled().remove(id);
            WindowMessage message = state.inWindow(id);
            if (message != null) {
                message.decodedAs(instance);
            }
        });
    }
}
