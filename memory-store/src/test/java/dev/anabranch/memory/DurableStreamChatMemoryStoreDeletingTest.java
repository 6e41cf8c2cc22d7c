package dev.anabranch.memory;

import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.session.MemoryStreams;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;

class DurableStreamChatMemoryStoreDeletingTest extends ChatMemoryStoreContract {

    private final MemoryStreams streams = new MemoryStreams(true).withPages(3);

    @Override
    protected ChatMemoryStore openStore() {
        return DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .onDelete(OnDelete.DELETE)
                .build();
    }
}
