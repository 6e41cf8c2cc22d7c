package dev.anabranch.tools;

import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A name for one tool call of one session that stays the same when the call is retried or replayed, also by another
 * process.
 *
 * <p>The call's id alone does not do: some models give none, and some count from one in every turn. So the name joins
 * the id with the place of the call, which is the message before the {@code AiMessage} that asks for it. When tools run
 * while the answer still streams, that {@code AiMessage} is not in the session yet; then the place is the session's
 * last message, which is the same one. A session that is not in the middle of a turn can only see a replay: the call is
 * looked for further back, and if it is nowhere its id must do.
 */
final class CallKey {

    private static final int LOOK_BACK = 1_000;

    private CallKey() {}

    static String of(AgentSession session, ToolExecutionRequest request) {
        List<HistoryMessage> messages = session.latest(LOOK_BACK).messages();
        int turn = lastUserMessage(messages);
        int asked = find(messages, request, turn + 1, messages.size());
        if (asked < 0 && isIdle(messages)) {
            asked = find(messages, request, 0, turn + 1);
            if (asked < 0) {
                return key("", request, 0);
            }
        }
        if (asked < 0) {
            return key(idBefore(messages, messages.size()), request, 0);
        }
        return key(idBefore(messages, asked), request, position(messages.get(asked), request));
    }

    private static int lastUserMessage(List<HistoryMessage> messages) {
        int last = messages.size() - 1;
        while (last >= 0 && !messages.get(last).role().equals("USER")) {
            last--;
        }
        return last;
    }

    private static int find(List<HistoryMessage> messages, ToolExecutionRequest request, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (position(messages.get(i), request) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isIdle(List<HistoryMessage> messages) {
        return messages.isEmpty()
                || (messages.get(messages.size() - 1).message().orElse(null) instanceof AiMessage ai
                        && !ai.hasToolExecutionRequests());
    }

    /** Which call of this message it is, or -1. The very instance counts before one that looks the same. */
    @SuppressWarnings("ReferenceEquality")
    private static int position(HistoryMessage message, ToolExecutionRequest request) {
        if (!(message.message().orElse(null) instanceof AiMessage ai) || !ai.hasToolExecutionRequests()) {
            return -1;
        }
        List<ToolExecutionRequest> calls = ai.toolExecutionRequests();
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i) == request) {
                return i;
            }
        }
        for (int i = 0; i < calls.size(); i++) {
            if (isSame(calls.get(i), request)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSame(ToolExecutionRequest one, ToolExecutionRequest other) {
        return Objects.equals(one.name(), other.name())
                && (hasId(other)
                        ? Objects.equals(one.id(), other.id())
                        : Objects.equals(one.arguments(), other.arguments()));
    }

    private static boolean hasId(ToolExecutionRequest request) {
        return request.id() != null && !request.id().isBlank();
    }

    private static String idBefore(List<HistoryMessage> messages, int index) {
        for (int i = index - 1; i >= 0; i--) {
            if (messages.get(i).index().isPresent()) {
                return messages.get(i).id();
            }
        }
        return "";
    }

    private static String key(String anchor, ToolExecutionRequest request, int position) {
        String call = hasId(request) ? "id:" + request.id() : "at:" + position + ":" + request.arguments();
        String name = anchor + "\n" + request.name() + "\n" + call;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
