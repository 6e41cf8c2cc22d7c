package dev.anabranch.memory.contract;

import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every {@link ChatMemoryStore} promises to LangChain4j. Extend it once per store:
 *
 * <pre>{@code
 * class MyStoreTest extends ChatMemoryStoreContract {
 *
 *     @Override
 *     protected ChatMemoryStore openStore() {
 *         return new MyStore(emptyDatabase);
 *     }
 *
 *     @Override
 *     protected Set<Capability> capabilities() {
 *         return EnumSet.of(Capability.SURVIVES_RESTART, Capability.COPIES_LISTS);
 *     }
 * }
 * }</pre>
 *
 * <p>The sequences of calls are not made up: real chat memories and real AI services of LangChain4j make them, on a
 * scripted model. Every read of every test is compared with what was written before it. After each test every memory is
 * read once more; by a store that was opened anew, if the store {@linkplain Capability#SURVIVES_RESTART survives} that.
 */
public abstract class ChatMemoryStoreContract
        implements MessageLists, MessageKinds, MemoryIds, Windows, AiServiceTurns, AiServiceEdits, Writers {

    private final List<ChatMemoryStore> open = new ArrayList<>();
    private CheckedStore store;

    /**
     * Opens a store on the data of this test. The first one of a test finds no messages at all. Called again only for
     * {@link Capability#SURVIVES_RESTART}, after the others were closed, and for
     * {@link Capability#SHARED_BETWEEN_STORES}.
     */
    protected abstract ChatMemoryStore openStore() throws Exception;

    /** What the store promises. Everything, unless this is overridden. */
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    /** Closes a store. Closes what is {@link AutoCloseable}, unless this is overridden. */
    protected void closeStore(ChatMemoryStore store) throws Exception {
        if (store instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /** Stops and starts what keeps the data. Called while no store is open. Does nothing unless this is overridden. */
    protected void restart() throws Exception {}

    /** Lets go of this test's data. Called last, while no store is open. Does nothing unless this is overridden. */
    protected void discard() throws Exception {}

    @BeforeEach
    final void openTheStoreUnderTest() throws Exception {
        store = new CheckedStore(opened());
    }

    @AfterEach
    final void everyMemoryReadsAsItWasWritten() throws Exception {
        try {
            store.assertNothingDiffered();
            if (can(Capability.SURVIVES_RESTART)) {
                closeAll();
                restart();
                store.assertHeldBy(opened());
            } else {
                store.assertHeldBy(open.get(0));
            }
        } finally {
            closeAll();
            discard();
        }
    }

    @Override
    public final CheckedStore store() {
        return store;
    }

    @Override
    public final CheckedStore anotherStore() {
        require(Capability.SHARED_BETWEEN_STORES);
        try {
            return store.beside(opened());
        } catch (Exception notOpened) {
            throw new IllegalStateException("a second store does not open", notOpened);
        }
    }

    @Override
    public final boolean can(Capability capability) {
        return capabilities().contains(capability);
    }

    private ChatMemoryStore opened() throws Exception {
        ChatMemoryStore opened = openStore();
        open.add(opened);
        return opened;
    }

    private void closeAll() throws Exception {
        for (ChatMemoryStore each : open) {
            closeStore(each);
        }
        open.clear();
    }
}
