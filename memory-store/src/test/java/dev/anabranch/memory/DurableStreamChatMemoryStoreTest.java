package dev.anabranch.memory;

import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.session.MemoryStreams;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;

class DurableStreamChatMemoryStoreTest extends ChatMemoryStoreContract {

    private final MemoryStreams streams = new MemoryStreams(false);

    @Override
    protected ChatMemoryStore openStore() {
        return DurableStreamChatMemoryStore.builder().streams(streams).build();
    }
}
