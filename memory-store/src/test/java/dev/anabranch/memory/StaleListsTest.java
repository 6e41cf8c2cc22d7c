package dev.anabranch.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.session.MemoryStreams;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A list undoes nothing that others did and that whoever made it had not seen, and all that its maker had. */
class StaleListsTest {

    private static final String ID = "shared";

    private final MemoryStreams streams = new MemoryStreams(false);
    private final DurableStreamChatMemoryStore here = open();
    private final DurableStreamChatMemoryStore there = open();
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    private final ChatMessage hello = UserMessage.from("hello");
    private final ChatMessage hi = AiMessage.from("hi");

    private DurableStreamChatMemoryStore open() {
        return DurableStreamChatMemoryStore.builder().streams(streams).build();
    }

    @AfterEach
    void stop() {
        one.shutdownNow();
        other.shutdownNow();
    }

    private static <T> T on(ExecutorService thread, Callable<T> work) throws Exception {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    private static List<ChatMessage> read(DurableStreamChatMemoryStore store) {
        return store.getMessages(ID);
    }

    private static List<ChatMessage> write(
            DurableStreamChatMemoryStore store, List<ChatMessage> list, ChatMessage... more) {
        List<ChatMessage> longer = new ArrayList<>(list);
        longer.addAll(List.of(more));
        store.updateMessages(ID, longer);
        return longer;
    }

    @Test
    void writersWhoGoOnFromTheirOwnListsKeepEachOthersMessages() {
        write(here, List.of(), hello);
        List<ChatMessage> mine = read(here);
        List<ChatMessage> theirs = read(there);
        List<ChatMessage> all = new ArrayList<>(List.of(hello));
        for (int i = 0; i < 10; i++) {
            ChatMessage fromHere = UserMessage.from("here " + i);
            ChatMessage fromThere = UserMessage.from("there " + i);
            mine = write(here, mine, fromHere);
            theirs = write(there, theirs, fromThere);
            all.add(fromHere);
            all.add(fromThere);
        }

        assertThat(read(here)).isEqualTo(all);
        assertThat(read(there)).isEqualTo(all);
    }

    @Test
    void whatAWriterAddedItselfItCanTakeOutAgainWithoutHavingRead() {
        write(here, List.of(), hello);
        List<ChatMessage> mine = read(here);
        List<ChatMessage> theirs = read(there);
        write(there, theirs, AiMessage.from("from there"));
        write(here, mine, UserMessage.from("a mistake"));
        write(here, mine, UserMessage.from("put right"));

        assertThat(read(here)).containsExactly(hello, AiMessage.from("from there"), UserMessage.from("put right"));
        assertThat(here.session(ID).history()).hasSize(4);
    }

    @Test
    void aListIsAsOldOnAThreadThatHasSeenMoreAsOnTheOneThatReadIt() throws Exception {
        write(here, List.of(), hello);
        List<ChatMessage> old = on(one, () -> read(here));
        write(there, read(there), hi);
        List<ChatMessage> fresh = on(other, () -> read(here));

        on(other, () -> write(here, old, UserMessage.from("more")));

        assertThat(fresh).containsExactly(hello, hi);
        assertThat(read(here)).containsExactly(hello, hi, UserMessage.from("more"));
    }

    @Test
    void aListThatLostItsFirstMessagesIsStillKnownByItsLast() throws Exception {
        write(here, List.of(), hello, hi);
        List<ChatMessage> old = on(one, () -> read(here));
        write(there, read(there), UserMessage.from("from there"));
        on(other, () -> read(here));

        on(other, () -> write(here, old.subList(1, 2), UserMessage.from("more")));

        assertThat(read(here)).containsExactly(hi, UserMessage.from("from there"), UserMessage.from("more"));
    }

    @Test
    void whatOthersEvictedSinceAListWasReadStaysOutWhicheverThreadWritesIt() throws Exception {
        write(here, List.of(), hello, hi);
        List<ChatMessage> old = on(one, () -> read(here));
        write(there, List.of(read(there).get(1)));
        on(other, () -> read(here));

        on(other, () -> write(here, old, UserMessage.from("more")));

        assertThat(read(here)).containsExactly(hi, UserMessage.from("more"));
    }

    @Test
    void aListFromBeforeTheThreadsOwnLastLookIsAsOldAsItIs() {
        write(here, List.of(), hello);
        List<ChatMessage> old = read(here);
        write(there, read(there), hi);
        assertThat(read(here)).containsExactly(hello, hi);

        write(here, old, UserMessage.from("more"));

        assertThat(read(here)).containsExactly(hello, hi, UserMessage.from("more"));
    }

    @Test
    void anOldListOfAThreadTakesOutWhatThatThreadAddedSince() {
        write(here, List.of(), hello);
        List<ChatMessage> old = read(here);
        write(here, old, UserMessage.from("a mistake"));
        assertThat(read(here)).hasSize(2);

        write(here, old, UserMessage.from("put right"));

        assertThat(read(here)).containsExactly(hello, UserMessage.from("put right"));
    }

    @Test
    void theLastMessagesCanBeTakenBackByWhoeverHasSeenThem() throws Exception {
        write(here, List.of(), hello);
        on(one, () -> read(here));
        on(other, () -> write(here, read(here), hi));
        List<ChatMessage> whole = on(one, () -> read(here));

        on(one, () -> write(here, whole.subList(0, 1)));

        assertThat(read(here)).containsExactly(hello);
    }

    @Test
    void messagesThatWereClearedComeBackOneByOneOnAnyThread() throws Exception {
        write(here, List.of(), hello, hi);
        List<ChatMessage> old = on(one, () -> read(here));
        on(one, () -> {
            here.deleteMessages(ID);
            return old;
        });
        for (ChatMessage each : old) {
            on(other, () -> write(here, read(here), each));
        }

        assertThat(read(here)).containsExactly(hello, hi);
        assertThat(here.session(ID).history()).hasSize(2);
    }

    /** As with threads of which each serves one call alone. */
    @Test
    void aListThatIsWrittenOnANewThreadEachTimeKeepsWhatOthersAdd() throws Exception {
        write(here, List.of(), hello);
        List<ChatMessage> mine = read(here);
        List<ChatMessage> all = new ArrayList<>(List.of(hello));
        for (int i = 0; i < 5; i++) {
            ChatMessage fromThere = UserMessage.from("there " + i);
            ChatMessage fromHere = UserMessage.from("here " + i);
            write(there, read(there), fromThere);
            List<ChatMessage> before = mine;
            ExecutorService fresh = Executors.newSingleThreadExecutor();
            mine = on(fresh, () -> write(here, before, fromHere));
            fresh.shutdownNow();
            all.add(fromThere);
            all.add(fromHere);
        }

        assertThat(read(here)).isEqualTo(all);
    }
}
