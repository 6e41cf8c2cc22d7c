package dev.anabranch.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Conversations go on at the same time and do not disturb each other. */
interface Writers extends MemoryFixture {

    int THREADS = 8;
    int TURNS = 12;

    @Test
    default void conversationsOfManyThreadsAreKeptApart() throws Exception {
        run(THREADS, thread -> {
            ChatMemory memory = window(store(), "chat-" + thread);
            return () -> talk(memory, thread);
        });

        for (int thread = 0; thread < THREADS; thread++) {
            assertThat(store().getMessages("chat-" + thread)).isEqualTo(conversation(thread));
        }
    }

    @Test
    default void conversationsOfManyStoresAreKeptApart() throws Exception {
        List<CheckedStore> stores = List.of(store(), anotherStore(), anotherStore());
        run(THREADS, thread -> {
            ChatMemory memory = window(stores.get(thread % stores.size()), "chat-" + thread);
            return () -> talk(memory, thread);
        });

        for (int thread = 0; thread < THREADS; thread++) {
            assertThat(anotherStore().getMessages("chat-" + thread)).isEqualTo(conversation(thread));
        }
    }

    @Test
    default void noMessageIsLostWhenManyThreadsWriteToOneMemory() throws Exception {
        require(Capability.MERGES_WRITERS);
        ChatMemory memory = window(store().raw(), "shared");
        run(THREADS, thread -> () -> talk(memory, thread));

        assertHoldsEveryConversationOnce(store().raw().getMessages("shared"));
    }

    /** Both threads look before there is anything; the one that writes last has not seen what the other wrote. */
    @Test
    default void threadsThatFoundNothingBothKeepTheirFirstMessage() throws Exception {
        require(Capability.MERGES_WRITERS);
        ChatMemoryStore store = store().raw();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            List<ChatMessage> mine = new ArrayList<>(store.getMessages("shared"));
            ChatMessage fromOther = UserMessage.from("from the other thread");
            other.submit(() -> {
                        List<ChatMessage> theirs = new ArrayList<>(store.getMessages("shared"));
                        theirs.add(fromOther);
                        store.updateMessages("shared", theirs);
                    })
                    .get(60, TimeUnit.SECONDS);
            ChatMessage fromHere = UserMessage.from("from this thread");
            mine.add(fromHere);
            store.updateMessages("shared", mine);

            assertThat(store.getMessages("shared")).containsExactly(fromOther, fromHere);
            store().expect("shared", List.of(fromOther, fromHere));
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    default void noMessageIsLostWhenManyStoresWriteToOneMemory() throws Exception {
        require(Capability.MERGES_WRITERS);
        List<ChatMemoryStore> stores =
                List.of(store().raw(), anotherStore().raw(), anotherStore().raw());
        run(THREADS, thread -> {
            ChatMemory memory = window(stores.get(thread % stores.size()), "shared");
            return () -> talk(memory, thread);
        });

        List<ChatMessage> messages = store().raw().getMessages("shared");
        assertHoldsEveryConversationOnce(messages);
        for (ChatMemoryStore each : stores) {
            assertThat(each.getMessages("shared")).isEqualTo(messages);
        }
    }

    /** Each writer goes on from a list that it read before the other wrote. */
    @Test
    default void aStaleListDoesNotUndoWhatAnotherStoreWrote() {
        require(Capability.MERGES_WRITERS);
        ChatMemoryStore one = store().raw();
        ChatMemoryStore two = anotherStore().raw();
        ChatMessage hello = UserMessage.from("hello");
        ChatMessage fromOne = AiMessage.from("one");
        ChatMessage fromTwo = AiMessage.from("two");
        one.updateMessages("shared", List.of(hello));
        List<ChatMessage> seenByOne = new ArrayList<>(one.getMessages("shared"));
        List<ChatMessage> seenByTwo = new ArrayList<>(two.getMessages("shared"));

        seenByOne.add(fromOne);
        one.updateMessages("shared", seenByOne);
        seenByTwo.add(fromTwo);
        two.updateMessages("shared", seenByTwo);

        assertThat(two.getMessages("shared")).containsExactly(hello, fromOne, fromTwo);
        assertThat(one.getMessages("shared")).containsExactly(hello, fromOne, fromTwo);
        store().expect("shared", List.of(hello, fromOne, fromTwo));
    }

    private void assertHoldsEveryConversationOnce(List<ChatMessage> messages) {
        assertThat(messages).hasSize(THREADS * TURNS * 2);
        for (int thread = 0; thread < THREADS; thread++) {
            assertThat(messages).containsSubsequence(conversation(thread));
        }
        store().expect("shared", messages);
    }

    private static Void talk(ChatMemory memory, int thread) {
        conversation(thread).forEach(memory::add);
        return null;
    }

    private static List<ChatMessage> conversation(int thread) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            messages.add(UserMessage.from("question " + turn + " of " + thread));
            messages.add(AiMessage.from("answer " + turn + " to " + thread));
        }
        return messages;
    }

    private static ChatMemory window(ChatMemoryStore store, Object id) {
        return MessageWindowChatMemory.builder()
                .id(id)
                .maxMessages(10_000)
                .chatMemoryStore(store)
                .build();
    }

    private static void run(int threads, IntFunction<Callable<Void>> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Callable<Void>> tasks =
                    IntStream.range(0, threads).mapToObj(work).toList();
            List<Future<Void>> running = tasks.stream()
                    .map(task -> executor.submit(() -> {
                        start.await(60, TimeUnit.SECONDS);
                        return task.call();
                    }))
                    .toList();
            for (Future<Void> each : running) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
