package dev.anabranch.examples.model;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

/**
 * A model that needs no network and no key. It really answers from the messages it is given: it remembers what it was
 * told, calls tools, books things and keeps account of the money, so a wrong history gives a wrong answer. The same
 * messages always get the same answer. Safe for use by many threads.
 */
public final class OfflineModel implements ChatModel {

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return Answers.to(request);
    }
}
