package dev.anabranch.server.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.conversations.BranchLimitException;
import dev.anabranch.server.conversations.SessionProblems;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.Problems;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.session.SessionException;

/**
 * Why a call failed.
 *
 * @param code of JSON-RPC 2.0, or of ours: -32001 not found, -32003 forbidden, -32009 conflict, -32029 limit
 */
record RpcError(int code, String message) {

    static final int PARSE = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL = -32603;
    static final int NOT_FOUND = -32001;
    static final int FORBIDDEN = -32003;
    static final int CONFLICT = -32009;
    static final int LIMIT = -32029;

    /** What {@code failure} is to a caller; what is not the caller's business is an internal error. */
    static RpcError of(RuntimeException failure) {
        if (failure instanceof BranchLimitException) {
            return new RpcError(LIMIT, String.valueOf(failure.getMessage()));
        }
        Problem problem =
                failure instanceof SessionException session ? SessionProblems.of(session) : Problems.of(failure);
        return new RpcError(code(problem.status()), problem.detail());
    }

    ObjectNode toJson() {
        return JsonBody.JSON.createObjectNode().put("code", code).put("message", message);
    }

    private static int code(int status) {
        return switch (status) {
            case 400, 413, 415 -> INVALID_PARAMS;
            case 401, 403 -> FORBIDDEN;
            case 404, 410 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 429, 507 -> LIMIT;
            default -> INTERNAL;
        };
    }
}
