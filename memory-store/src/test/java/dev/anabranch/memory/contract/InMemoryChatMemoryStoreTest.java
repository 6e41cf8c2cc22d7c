package dev.anabranch.memory.contract;

import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.util.EnumSet;
import java.util.Set;

/** LangChain4j's own store keeps the contract, as far as one map can. */
final class InMemoryChatMemoryStoreTest extends ChatMemoryStoreContract {

    @Override
    protected ChatMemoryStore openStore() {
        return new InMemoryChatMemoryStore();
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.ANY_ID_TYPE);
    }
}
