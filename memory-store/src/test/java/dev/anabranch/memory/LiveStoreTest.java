package dev.anabranch.memory;

import dev.anabranch.memory.contract.ChatMemoryStoreContract;
import dev.anabranch.session.Consistency;
import dev.anabranch.session.MemoryStreams;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;

/** On streams that deliver before an append returns, tailing shows others' messages as soon as asking would. */
class LiveStoreTest extends ChatMemoryStoreContract {

    private final MemoryStreams streams = new MemoryStreams(true);

    @Override
    protected ChatMemoryStore openStore() {
        return DurableStreamChatMemoryStore.builder()
                .streams(streams)
                .consistency(Consistency.LIVE)
                .build();
    }
}
