package dev.anabranch.examples;

import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.UserMessage;

/** An agent that is talked to in sessions. */
interface Assistant {

    String chat(@MemoryId String session, @UserMessage String text);
}
