package dev.anabranch.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.anabranch.examples.model.OfflineModel;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server that speaks as much of OpenAI's interface as the examples use, is as strict about it as the real one, and
 * answers as the offline model does.
 */
final class FakeOpenAi implements AutoCloseable {

    static final String KEY = "secret";
    static final String MODEL = "fake-1";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    FakeOpenAi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** What an example needs to find it. */
    Map<String, String> environment() {
        String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        return Map.of("OPENAI_API_KEY", KEY, "OPENAI_BASE_URL", base, "OPENAI_MODEL", MODEL);
    }

    List<JsonNode> requests() {
        return requests;
    }

    /** What was refused, and why. */
    List<String> problems() {
        return problems;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            requests.add(request);
            try {
                check(exchange, request);
            } catch (IllegalArgumentException refused) {
                problems.add(refused.getMessage());
                ObjectNode error = JSON.createObjectNode();
                error.putObject("error").put("message", refused.getMessage()).put("type", "invalid_request_error");
                send(exchange, 400, error.toString());
                return;
            }
            ChatResponse response = new OfflineModel().doChat(read(request));
            if (request.path("stream").asBoolean()) {
                stream(exchange, request, response);
            } else {
                send(exchange, 200, completion(response).toString());
            }
        }
    }

    private static void check(HttpExchange exchange, JsonNode request) {
        require(exchange.getRequestMethod().equals("POST"), "the method is " + exchange.getRequestMethod());
        require(
                exchange.getRequestURI().getPath().equals("/v1/chat/completions"),
                "the path is " + exchange.getRequestURI());
        require(("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization")), "no such key");
        require(request.path("model").asText().equals(MODEL), "no such model: " + request.path("model"));
        Set<String> open = new HashSet<>();
        for (JsonNode message : request.path("messages")) {
            String role = message.path("role").asText();
            require(
                    Set.of("system", "user", "assistant", "tool").contains(role),
                    "no such role: " + message.path("role"));
            if (role.equals("tool")) {
                require(
                        open.remove(message.path("tool_call_id").asText()),
                        "a tool message answers no preceding tool call: " + message);
                continue;
            }
            require(open.isEmpty(), "tool calls without a tool message: " + open);
            message.path("tool_calls").forEach(call -> open.add(call.path("id").asText()));
        }
        require(open.isEmpty(), "tool calls without a tool message: " + open);
        require(!request.path("messages").isEmpty(), "there are no messages");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static ChatRequest read(JsonNode request) {
        List<ChatMessage> messages = new ArrayList<>();
        request.path("messages").forEach(message -> messages.add(message(message)));
        List<ToolSpecification> tools = new ArrayList<>();
        request.path("tools").forEach(tool -> tools.add(tool(tool.path("function"))));
        return ChatRequest.builder()
                .messages(messages)
                .toolSpecifications(tools)
                .build();
    }

    private static ChatMessage message(JsonNode message) {
        String text = text(message.path("content"));
        return switch (message.path("role").asText()) {
            case "system" -> SystemMessage.from(text);
            case "user" -> UserMessage.from(text);
            case "tool" ->
                ToolExecutionResultMessage.from(message.path("tool_call_id").asText(), "a_tool", text);
            default -> assistant(text, message.path("tool_calls"));
        };
    }

    private static AiMessage assistant(String text, JsonNode toolCalls) {
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (JsonNode call : toolCalls) {
            calls.add(ToolExecutionRequest.builder()
                    .id(call.path("id").asText())
                    .name(call.at("/function/name").asText())
                    .arguments(call.at("/function/arguments").asText())
                    .build());
        }
        return calls.isEmpty() ? AiMessage.from(text) : AiMessage.from(calls);
    }

    private static String text(JsonNode content) {
        if (content.isArray()) {
            StringBuilder text = new StringBuilder();
            content.forEach(part -> text.append(part.path("text").asText()));
            return text.toString();
        }
        return content.asText("");
    }

    private static ToolSpecification tool(JsonNode function) {
        JsonObjectSchema.Builder parameters = JsonObjectSchema.builder();
        function.at("/parameters/properties")
                .properties()
                .forEach(property -> parameters.addProperty(
                        property.getKey(),
                        schema(property.getValue().path("type").asText())));
        return ToolSpecification.builder()
                .name(function.path("name").asText())
                .description(function.path("description").asText())
                .parameters(parameters.build())
                .build();
    }

    private static JsonSchemaElement schema(String type) {
        return switch (type) {
            case "string" -> JsonStringSchema.builder().build();
            case "integer" -> JsonIntegerSchema.builder().build();
            default -> JsonObjectSchema.builder().build();
        };
    }

    private static ObjectNode completion(ChatResponse response) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant");
        message.put("content", response.aiMessage().text());
        if (response.aiMessage().hasToolExecutionRequests()) {
            message.set("tool_calls", calls(response.aiMessage()));
        }
        ObjectNode completion = JSON.createObjectNode();
        completion
                .put("id", "c1")
                .put("object", "chat.completion")
                .put("created", 1)
                .put("model", MODEL);
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message);
        choice.put("finish_reason", reason(response));
        completion.set("usage", usage(response));
        return completion;
    }

    private static ArrayNode calls(AiMessage message) {
        ArrayNode calls = JSON.createArrayNode();
        for (ToolExecutionRequest request : message.toolExecutionRequests()) {
            calls.addObject()
                    .put("index", calls.size() - 1)
                    .put("id", request.id())
                    .put("type", "function")
                    .putObject("function")
                    .put("name", request.name())
                    .put("arguments", request.arguments());
        }
        return calls;
    }

    private static String reason(ChatResponse response) {
        return response.aiMessage().hasToolExecutionRequests() ? "tool_calls" : "stop";
    }

    private static ObjectNode usage(ChatResponse response) {
        return JSON.createObjectNode()
                .put("prompt_tokens", response.tokenUsage().inputTokenCount())
                .put("completion_tokens", response.tokenUsage().outputTokenCount())
                .put("total_tokens", response.tokenUsage().totalTokenCount());
    }

    /** Word by word; the arguments of tool calls come in two pieces. */
    private static void stream(HttpExchange exchange, JsonNode request, ChatResponse response) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        String text = response.aiMessage().text();
        for (String word : text == null ? List.<String>of() : List.of(text.split("(?<=\\s)(?=\\S)", -1))) {
            event(out, chunk(JSON.createObjectNode().put("content", word)));
        }
        for (JsonNode call : calls(response.aiMessage())) {
            String arguments = call.at("/function/arguments").asText();
            int half = arguments.length() / 2;
            ((ObjectNode) call.path("function")).put("arguments", arguments.substring(0, half));
            event(out, chunk(toolCalls(call)));
            ObjectNode rest =
                    JSON.createObjectNode().put("index", call.path("index").asInt());
            rest.putObject("function").put("arguments", arguments.substring(half));
            event(out, chunk(toolCalls(rest)));
        }
        ObjectNode last = chunk(JSON.createObjectNode());
        ((ObjectNode) last.at("/choices/0")).put("finish_reason", reason(response));
        event(out, last);
        if (request.at("/stream_options/include_usage").asBoolean()) {
            ObjectNode usage = chunk(JSON.createObjectNode());
            usage.putArray("choices");
            usage.set("usage", usage(response));
            event(out, usage);
        }
        out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode toolCalls(JsonNode call) {
        ObjectNode delta = JSON.createObjectNode();
        delta.putArray("tool_calls").add(call);
        return delta;
    }

    private static ObjectNode chunk(ObjectNode delta) {
        ObjectNode chunk = JSON.createObjectNode();
        chunk.put("id", "c1")
                .put("object", "chat.completion.chunk")
                .put("created", 1)
                .put("model", MODEL);
        chunk.putArray("choices").addObject().put("index", 0).set("delta", delta);
        return chunk;
    }

    private static void event(OutputStream out, JsonNode data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
