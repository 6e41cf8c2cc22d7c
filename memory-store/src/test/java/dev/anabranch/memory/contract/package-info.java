/** What a {@code ChatMemoryStore} owes LangChain4j, as tests that anyone can run on a store of their own. */
package dev.anabranch.memory.contract;
