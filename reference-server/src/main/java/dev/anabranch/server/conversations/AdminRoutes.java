package dev.anabranch.server.conversations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/** What only administrators may do. */
final class AdminRoutes {

    private final Erasure erasure;

    AdminRoutes(Erasure erasure) {
        this.erasure = erasure;
    }

    List<Route> routes() {
        return List.of(Route.of(HandlerType.POST, "/v1/admin/conversations/{id}/erase", Scope.ADMIN, this::erase));
    }

    private void erase(Context http, Caller caller) {
        Erasure.Erased erased = erasure.erase(http.pathParam("id"));
        ObjectNode answer = JsonBody.JSON.createObjectNode();
        erased.conversationIds().forEach(answer.putArray("conversationIds")::add);
        erased.streams().forEach(answer.putArray("streams")::add);
        answer.put("directoryLines", erased.directoryLines());
        answer.put("entries", erased.entries());
        answer.put("bytes", erased.bytes());
        ArrayNode copies = answer.putArray("alsoCopiedTo");
        erased.alsoCopiedTo()
                .forEach(copy -> copies.addObject()
                        .put("conversationId", copy.session())
                        .put("entryId", copy.entry())
                        .put("from", copy.origin()));
        Answer.json(http, 200, answer);
    }
}
