package dev.anabranch.examples.model;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model that an example runs on.
 *
 * @param description which one it is, for people
 * @param offline whether it needs no network and always gives the same answers
 */
public record Models(String description, boolean offline, ChatModel chat, StreamingChatModel streaming) {

    private static final String DEFAULT_MODEL = "gpt-4o-mini";

    /**
     * The model that environment variables name: a real one if {@code OPENAI_API_KEY} or {@code OPENAI_BASE_URL} is
     * set, otherwise the offline one. {@code OPENAI_BASE_URL} names any server that speaks OpenAI's interface, and
     * {@code OPENAI_MODEL} a model on it. A server of one's own may want no key.
     */
    public static Models from(Map<String, String> environment) {
        String key = environment.getOrDefault("OPENAI_API_KEY", "");
        @Nullable String baseUrl = environment.get("OPENAI_BASE_URL");
        if (key.isBlank() && (baseUrl == null || baseUrl.isBlank())) {
            return offline(Duration.ZERO);
        }
        String sent = key.isBlank() ? "none" : key;
        String name = environment.getOrDefault("OPENAI_MODEL", DEFAULT_MODEL);
        return new Models(
                "model " + name + (baseUrl == null ? "" : " at " + baseUrl),
                false,
                OpenAiChatModel.builder()
                        .apiKey(sent)
                        .baseUrl(baseUrl)
                        .modelName(name)
                        .build(),
                OpenAiStreamingChatModel.builder()
                        .apiKey(sent)
                        .baseUrl(baseUrl)
                        .modelName(name)
                        .build());
    }

    /**
     * The offline model.
     *
     * @param pause how long its streaming form waits before each word
     */
    public static Models offline(Duration pause) {
        return new Models(
                "the built-in offline model (set OPENAI_API_KEY for a real one)",
                true,
                new OfflineModel(),
                new OfflineStreamingModel(pause));
    }
}
