package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.security.Caller;
import java.util.Optional;
import java.util.function.Supplier;

/** JSON-RPC 2.0: takes a text that holds one call or a batch, and makes the text that answers it. */
final class RpcCalls {

    /** The most calls in one batch. */
    static final int BATCH_MAX = 100;

    private final RpcMethods methods;

    RpcCalls(RpcMethods methods) {
        this.methods = methods;
    }

    /**
     * The answer; empty if there were only notifications.
     *
     * @param callers who calls, asked for each call; throws what turns a call away
     */
    Optional<JsonNode> answer(Supplier<Caller> callers, byte[] request) {
        JsonNode parsed;
        try {
            parsed = JsonBody.parseValue(request);
        } catch (ProblemException malformed) {
            return Optional.of(failed(NullNode.instance, new RpcError(RpcError.PARSE, "the request is not JSON")));
        }
        if (parsed instanceof ArrayNode batch) {
            return batch(callers, batch);
        }
        return one(callers, parsed).map(answer -> answer);
    }

    private Optional<JsonNode> batch(Supplier<Caller> callers, ArrayNode batch) {
        if (batch.isEmpty() || batch.size() > BATCH_MAX) {
            return Optional.of(failed(
                    NullNode.instance,
                    new RpcError(RpcError.INVALID_REQUEST, "a batch has 1 to " + BATCH_MAX + " calls")));
        }
        ArrayNode answers = JsonBody.JSON.createArrayNode();
        for (JsonNode call : batch) {
            one(callers, call).ifPresent(answers::add);
        }
        return answers.isEmpty() ? Optional.empty() : Optional.of(answers);
    }

    private Optional<ObjectNode> one(Supplier<Caller> callers, JsonNode call) {
        JsonNode id = call.path("id");
        boolean hasGoodId = id.isMissingNode() || id.isNull() || id.isTextual() || id.isNumber();
        boolean isCall = call.isObject()
                && call.path("jsonrpc").isTextual()
                && call.path("jsonrpc").asText().equals("2.0")
                && call.path("method").isTextual()
                && hasGoodId;
        if (!isCall) {
            JsonNode echo = hasGoodId && !id.isMissingNode() ? id : NullNode.instance;
            return Optional.of(failed(echo, new RpcError(RpcError.INVALID_REQUEST, "this is no JSON-RPC 2.0 call")));
        }
        ObjectNode answer = call(callers, call, id);
        return id.isMissingNode() ? Optional.empty() : Optional.of(answer);
    }

    private ObjectNode call(Supplier<Caller> callers, JsonNode call, JsonNode id) {
        String name = call.path("method").asText();
        Optional<RpcMethods.Method> method = methods.find(name);
        if (method.isEmpty()) {
            return failed(id, new RpcError(RpcError.METHOD_NOT_FOUND, "there is no method '" + name + "'"));
        }
        JsonNode params = call.path("params");
        JsonBody named;
        if (params.isMissingNode() || params.isNull()) {
            named = JsonBody.of(JsonBody.JSON.createObjectNode());
        } else if (params instanceof ObjectNode object) {
            named = JsonBody.of(object);
        } else {
            return failed(id, new RpcError(RpcError.INVALID_PARAMS, "'params' is not an object"));
        }
        try {
            ObjectNode answer = answerTo(id);
            answer.set("result", method.get().call(callers.get(), named));
            return answer;
        } catch (RuntimeException failure) { // becomes the answer; what was not foreseen is logged there
            return failed(id, RpcError.of(failure));
        }
    }

    private static ObjectNode failed(JsonNode id, RpcError error) {
        ObjectNode answer = answerTo(id);
        answer.set("error", error.toJson());
        return answer;
    }

    private static ObjectNode answerTo(JsonNode id) {
        ObjectNode answer = JsonBody.JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", id.isMissingNode() ? NullNode.instance : id);
        return answer;
    }
}
