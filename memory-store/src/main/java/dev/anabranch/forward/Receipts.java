package dev.anabranch.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionAppend;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import java.util.Optional;

/** The receipts that a session keeps, as entries: a later entry of the same key says that it was taken back. */
final class Receipts {

    static final String ENTRY_TYPE = "bring-forward";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UNDONE = "undone";

    private Receipts() {}

    static TypedEntry entry(Receipt receipt) {
        return TypedEntry.of(ENTRY_TYPE, receipt.id(), JSON.valueToTree(receipt.toMap()));
    }

    /** Whether the receipt of this id, or one that followed it after being taken back, is there and in force. */
    static boolean isInForce(AgentSession session, String id) {
        List<TypedEntry> entries = session.entries(ENTRY_TYPE).stream()
                .filter(entry -> entry.key().equals(id) || entry.key().startsWith(id + "."))
                .toList();
        return !entries.isEmpty() && !isUndone(entries.get(entries.size() - 1));
    }

    static boolean isUndone(AgentSession session, String id) {
        return session.entry(ENTRY_TYPE, id).filter(Receipts::isUndone).isPresent();
    }

    static boolean undo(AgentSession session, Receipt receipt) {
        Optional<TypedEntry> entry = session.entry(ENTRY_TYPE, receipt.id());
        if (entry.isEmpty() || isUndone(entry.get())) {
            return false;
        }
        ObjectNode value = entry.get().value().deepCopy();
        value.put(UNDONE, true);
        List<HistoryMessage> brought = messagesFrom(session, receipt);
        boolean wasAnswered =
                brought.stream().anyMatch(message -> message.role().equals("AI"));
        TypedEntry undone = TypedEntry.of(ENTRY_TYPE, receipt.id(), value);
        // An answer may build on what was brought, and stays: then the model is told.
        SessionAppend undoing = wasAnswered
                ? SessionAppend.messages(List.of(UserMessage.from(Marks.takenBack(receipt))))
                        .withEntry(undone)
                        .withMessagesBeforeOpenToolCalls()
                : SessionAppend.entry(undone);
        undoing = undoing.withIdempotencyKey("undo-" + receipt.id());
        if (!brought.isEmpty()) {
            undoing = undoing.withEviction(brought.get(0).id(), "taken back");
        }
        return !session.append(undoing).repeated();
    }

    /** The message of a receipt, and what came after it; empty if the session has no such message. */
    private static List<HistoryMessage> messagesFrom(AgentSession session, Receipt receipt) {
        List<HistoryMessage> history = session.history();
        for (int i = history.size() - 1; i >= 0; i--) {
            boolean isIt = Receipt.of(history.get(i))
                    .filter(found -> found.id().equals(receipt.id()))
                    .isPresent();
            if (isIt) {
                return history.subList(i, history.size());
            }
        }
        return List.of();
    }

    private static boolean isUndone(TypedEntry entry) {
        return entry.value().path(UNDONE).asBoolean(false);
    }
}
