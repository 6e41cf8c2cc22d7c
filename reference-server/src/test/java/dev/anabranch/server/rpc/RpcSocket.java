package dev.anabranch.server.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A WebSocket to {@code /rpc}. */
final class RpcSocket implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final List<JsonNode> passedOver = new ArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private RpcSocket(URI uri, String token) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (!token.isEmpty()) {
            builder.header("Authorization", "Bearer " + token);
        }
        socket = builder.buildAsync(URI.create(uri.toString().replaceFirst("http", "ws")), new Listener())
                .join();
    }

    /**
     * Connects.
     *
     * @param token empty for none
     * @throws java.util.concurrent.CompletionException if the server does not let it in
     */
    static RpcSocket connect(URI uri, String token) {
        return new RpcSocket(uri, token);
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /** Sends a call and waits for its answer; events that come first wait for those who ask for them. */
    JsonNode call(String text) throws InterruptedException {
        send(text);
        return await(message -> !message.path("method").asText().equals("session"));
    }

    /** Waits for an event of this kind about this session, unless it has come already. */
    JsonNode awaitEvent(String kind, String sessionKey) throws InterruptedException {
        return await(message -> message.at("/params/kind").asText().equals(kind)
                && message.at("/params/sessionKey").asText().equals(sessionKey));
    }

    /** Waits until the server closes the connection, and answers with its code. */
    int awaitClose() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    JsonNode await(Predicate<JsonNode> wanted) throws InterruptedException {
        Optional<JsonNode> earlier = passedOver.stream().filter(wanted).findFirst();
        if (earlier.isPresent()) {
            passedOver.remove(earlier.get());
            return earlier.get();
        }
        while (true) {
            JsonNode message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("the server sent nothing more than " + passedOver);
            }
            if (wanted.test(message)) {
                return message;
            }
            passedOver.add(message);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
            text.append(piece);
            if (last) {
                try {
                    received.add(JSON.readTree(text.toString()));
                } catch (JsonProcessingException broken) {
                    throw new IllegalStateException(broken);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }
    }
}
