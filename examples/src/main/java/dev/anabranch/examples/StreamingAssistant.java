package dev.anabranch.examples;

import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;

/** An agent that is talked to in sessions, and answers word by word. */
interface StreamingAssistant {

    TokenStream chat(@MemoryId String session, @UserMessage String text);
}
