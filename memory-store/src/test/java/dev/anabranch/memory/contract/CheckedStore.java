package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Hands every call on to the store under test, remembers what each memory must hold, and compares each answer with
 * that. Hands out the very messages that the store hands out. Writers of one memory take turns, or use {@link #raw}.
 */
final class CheckedStore implements ChatMemoryStore {

    private final ChatMemoryStore store;
    private final Map<Object, List<ChatMessage>> expected;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<AssertionError> differences;

    CheckedStore(ChatMemoryStore store) {
        this(store, new ConcurrentHashMap<>(), new CopyOnWriteArrayList<>());
    }

    private CheckedStore(
            ChatMemoryStore store, Map<Object, List<ChatMessage>> expected, List<AssertionError> differences) {
        this.store = store;
        this.expected = expected;
        this.differences = differences;
    }

    /** Checks another store that is open on the same data. */
    CheckedStore beside(ChatMemoryStore other) {
        return new CheckedStore(other, expected, differences);
    }

    @Override
    public List<ChatMessage> getMessages(Object memoryId) {
        calls.add("g");
        List<ChatMessage> messages = store.getMessages(memoryId);
        try {
            assertThat(messages).as("messages of '%s'", memoryId).isEqualTo(expected(memoryId));
        } catch (AssertionError difference) {
            // A streaming model's thread may swallow it, so it is kept for the end of the test as well.
            differences.add(difference);
            throw difference;
        }
        return messages;
    }

    @Override
    public void updateMessages(Object memoryId, List<ChatMessage> messages) {
        calls.add("u" + messages.size());
        List<ChatMessage> copy = List.copyOf(messages);
        store.updateMessages(memoryId, messages);
        expected.put(memoryId, copy);
    }

    @Override
    public void deleteMessages(Object memoryId) {
        calls.add("d");
        store.deleteMessages(memoryId);
        expected.remove(memoryId);
    }

    /** The store itself, for calls whose outcome is not the last list that was written. */
    ChatMemoryStore raw() {
        return store;
    }

    /** From now on, the memory must hold {@code messages}, which were written past this. */
    void expect(Object memoryId, List<ChatMessage> messages) {
        expected.put(memoryId, List.copyOf(messages));
    }

    List<ChatMessage> expected(Object memoryId) {
        return expected.getOrDefault(memoryId, List.of());
    }

    /** The calls so far: {@code g} for a read, {@code uN} for an update to N messages, {@code d} for a delete. */
    List<String> calls() {
        return new ArrayList<>(calls);
    }

    void assertNothingDiffered() {
        if (!differences.isEmpty()) {
            throw differences.get(0);
        }
    }

    void assertHeldBy(ChatMemoryStore reader) {
        expected.forEach((memoryId, messages) -> assertThat(reader.getMessages(memoryId))
                .as("messages of '%s' in the end", memoryId)
                .isEqualTo(messages));
    }
}
