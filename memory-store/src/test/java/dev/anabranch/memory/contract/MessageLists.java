package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A memory holds the list that was written last, whatever the list before it was. */
interface MessageLists extends MemoryFixture {

    ChatMessage QUESTION = UserMessage.from("where does the river end?");
    ChatMessage ANSWER = AiMessage.from("in the sea");
    ChatMessage THANKS = UserMessage.from("thank you");

    @Test
    default void anUnknownMemoryIsAnEmptyList() {
        assertThat(store().getMessages("nobody")).isNotNull().isEmpty();
    }

    @Test
    default void aMemoryHoldsTheListThatWasWritten() {
        write(QUESTION, ANSWER, THANKS);
    }

    @Test
    default void readingTwiceGivesTheSameList() {
        write(QUESTION, ANSWER);

        assertThat(read()).isEqualTo(read());
    }

    @Test
    default void writingTheSameListAgainChangesNothing() {
        write(QUESTION, ANSWER);
        write(QUESTION, ANSWER);
        store().updateMessages("chat", read());

        assertThat(read()).containsExactly(QUESTION, ANSWER);
    }

    @Test
    default void anEmptyListEmptiesTheMemory() {
        write(QUESTION, ANSWER);
        write();
        write(THANKS);
    }

    @Test
    default void anEmptyListMayComeFirst() {
        write();
        write(QUESTION);
    }

    @Test
    default void aDeletedMemoryIsEmptyAndCanBeUsedAgain() {
        for (int round = 0; round < 3; round++) {
            write(QUESTION, ANSWER);
            store().deleteMessages("chat");
            assertThat(read()).isEmpty();
        }
        write(QUESTION);
        write(QUESTION, ANSWER);
    }

    @Test
    default void deletingWhatIsNotThereIsFine() {
        store().deleteMessages("nobody");
        write(QUESTION);
        store().deleteMessages("chat");
        store().deleteMessages("chat");

        assertThat(read()).isEmpty();
    }

    @Test
    default void deletingOneMemoryLeavesTheOthers() {
        write(QUESTION, ANSWER);
        store().updateMessages("other", List.of(THANKS));
        store().deleteMessages("chat");

        assertThat(store().getMessages("other")).containsExactly(THANKS);
    }

    @Test
    default void equalMessagesAreAllKept() {
        write(THANKS, THANKS, THANKS);
        write(THANKS, UserMessage.from("thank you"), THANKS, THANKS);
        write(THANKS, THANKS);
    }

    @Test
    default void theListMayShrinkAtEitherEnd() {
        write(QUESTION, ANSWER, THANKS);
        write(ANSWER, THANKS);
        write(ANSWER);
    }

    @Test
    default void aMessageMayBeReplacedInTheMiddle() {
        write(QUESTION, ANSWER, THANKS);
        write(QUESTION, AiMessage.from("in a lake"), THANKS);
    }

    @Test
    default void aMessageMayBeInsertedAnywhere() {
        write(ANSWER);
        write(QUESTION, ANSWER);
        write(QUESTION, ANSWER, THANKS);
        write(SystemMessage.from("be brief"), QUESTION, ANSWER, THANKS);
        write(SystemMessage.from("be brief"), QUESTION, UserMessage.from("quick!"), ANSWER, THANKS);
    }

    @Test
    default void messagesMayChangePlaces() {
        write(QUESTION, ANSWER, THANKS);
        write(THANKS, QUESTION, ANSWER);
        write(ANSWER, THANKS, QUESTION);
    }

    @Test
    default void everyMessageMayBeReplacedAtOnce() {
        write(QUESTION, ANSWER);
        write(UserMessage.from("something else"), AiMessage.from("indeed"), THANKS);
    }

    @Test
    default void aMessageMayComeBackAfterItHasLeft() {
        write(QUESTION, ANSWER, THANKS);
        write(THANKS);
        write(QUESTION, ANSWER, THANKS);
    }

    @Test
    @SuppressWarnings("JdkObsolete") // LangChain4j's windows hand over linked lists.
    default void anyKindOfListIsAccepted() {
        store().updateMessages("chat", Collections.unmodifiableList(new LinkedList<>(List.of(QUESTION))));
        store().updateMessages("chat", new LinkedList<>(List.of(QUESTION, ANSWER)));
        store().updateMessages("chat", List.of(QUESTION, ANSWER, THANKS));

        assertThat(read()).hasSize(3);
    }

    @Test
    default void aListThatIsChangedAfterItWasWrittenDoesNotChangeTheMemory() {
        require(Capability.COPIES_LISTS);
        List<ChatMessage> written = new ArrayList<>(List.of(QUESTION, ANSWER));
        store().updateMessages("chat", written);
        written.add(THANKS);
        written.remove(0);

        assertThat(read()).containsExactly(QUESTION, ANSWER);
    }

    @Test
    default void aListThatWasReadIsASnapshot() {
        require(Capability.COPIES_LISTS);
        write(QUESTION);
        List<ChatMessage> before = read();
        write(QUESTION, ANSWER);

        assertThat(before).containsExactly(QUESTION);
        try {
            before.add(THANKS);
        } catch (UnsupportedOperationException readOnly) {
            // A list that cannot be changed keeps the promise as well.
        }
        assertThat(read()).containsExactly(QUESTION, ANSWER);
    }

    @Test
    default void anotherStoreSeesAtOnceWhatThisOneWrote() {
        CheckedStore other = anotherStore();
        write(QUESTION);
        assertThat(other.getMessages("chat")).containsExactly(QUESTION);

        other.updateMessages("chat", List.of(QUESTION, ANSWER));
        assertThat(read()).containsExactly(QUESTION, ANSWER);

        other.deleteMessages("chat");
        assertThat(read()).isEmpty();

        write(THANKS);
        assertThat(other.getMessages("chat")).containsExactly(THANKS);
    }

    @Test
    default void aLongConversationIsKeptWhole() {
        List<ChatMessage> messages = new ArrayList<>();
        for (int turn = 0; turn < 500; turn++) {
            messages.add(UserMessage.from("question " + turn));
            messages.add(AiMessage.from("answer " + turn));
        }
        store().updateMessages("chat", messages);
        messages.add(THANKS);
        store().updateMessages("chat", messages);

        assertThat(read()).hasSize(1001);
    }

    /** Lists that no window would make: whatever a caller of {@code ChatMemory.set} can think of. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    default void anyListMayFollowAnyOther(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ChatMessage> messages = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            // Half of the callers hand back what they read, the others made the messages anew.
            messages = new ArrayList<>(random.nextBoolean() ? read() : copies(messages));
            for (int edits = random.nextInt(4); edits >= 0; edits--) {
                edit(messages, random);
            }
            ChatMemoryStore writer = store();
            writer.updateMessages("chat", messages);
            if (random.nextInt(12) == 0) {
                writer.deleteMessages("chat");
                messages = new ArrayList<>();
            }
            assertThat(read()).as("seed %d, step %d", seed, step).isEqualTo(messages);
        }
    }

    private static void edit(List<ChatMessage> messages, SplittableRandom random) {
        int place = random.nextInt(messages.size() + 1);
        ChatMessage fresh =
                random.nextInt(5) == 0 ? AiMessage.from("yes") : UserMessage.from("message " + random.nextInt(1000));
        switch (random.nextInt(6)) {
            case 0 -> messages.add(place, fresh);
            case 1 -> messages.removeIf(message -> random.nextInt(4) == 0);
            case 2 ->
                Collections.swap(
                        ensureNotEmpty(messages, fresh), place % messages.size(), random.nextInt(messages.size()));
            case 3 -> ensureNotEmpty(messages, fresh).set(place % messages.size(), fresh);
            case 4 -> messages.add(ensureNotEmpty(messages, fresh).get(place % messages.size()));
            default -> messages.add(fresh);
        }
    }

    private static List<ChatMessage> ensureNotEmpty(List<ChatMessage> messages, ChatMessage fresh) {
        if (messages.isEmpty()) {
            messages.add(fresh);
        }
        return messages;
    }

    private static List<ChatMessage> copies(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> message instanceof UserMessage user
                        ? user.toBuilder().build()
                        : ((AiMessage) message).toBuilder().build())
                .map(ChatMessage.class::cast)
                .toList();
    }

    private List<ChatMessage> read() {
        return store().getMessages("chat");
    }

    private void write(ChatMessage... messages) {
        store().updateMessages("chat", List.of(messages));
        assertThat(read()).containsExactly(messages);
    }
}
