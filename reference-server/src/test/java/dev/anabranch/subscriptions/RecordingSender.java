package dev.anabranch.subscriptions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.webhooks.WebhookSender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps what would have been sent, and answers when the test says so. */
final class RecordingSender implements WebhookSender {

    /** A request that was made. */
    record Call(String url, JsonNode body, String signature, CompletableFuture<Response> response) implements Sending {

        @Override
        public void abort() {
            response.completeExceptionally(new IOException("aborted"));
        }

        void answer(int status, String body) {
            response.complete(new Response(status, body));
        }

        String wakeId() {
            return body.path("wake_id").asText();
        }

        long generation() {
            return body.path("generation").asLong();
        }

        String token() {
            return body.path("callback_token").asText();
        }
    }

    final List<Call> calls = new ArrayList<>();

    Call last() {
        return calls.get(calls.size() - 1);
    }

    @Override
    public Sending post(String url, byte[] body, String signature, Duration timeout) {
        try {
            JsonNode json = new ObjectMapper().readTree(new String(body, StandardCharsets.UTF_8));
            Call call = new Call(url, json, signature, new CompletableFuture<>());
            calls.add(call);
            return call;
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(notJson);
        }
    }

    @Override
    public CompletableFuture<String> refusal(String url) {
        return CompletableFuture.completedFuture(url.contains("10.0.0.1") ? "a private address" : "");
    }

    @Override
    public void close() {}
}
