package dev.anabranch.memory;

import dev.anabranch.memory.contract.Capability;
import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.session.Consistency;
import dev.anabranch.session.MemoryStreams;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.EnumSet;
import java.util.Set;

class SingleWriterStoreTest extends ChatMemoryStoreContract {

    private final MemoryStreams streams = new MemoryStreams(false);

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.SHARED_BETWEEN_STORES));
    }

    @Override
    protected ChatMemoryStore openStore() {
        return DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .consistency(Consistency.SINGLE_WRITER)
                .build();
    }
}
