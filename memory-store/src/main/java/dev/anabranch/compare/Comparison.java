package dev.anabranch.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.HistoryMessage.Position;
import dev.anabranch.session.HistoryPage;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.Usage;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Two sessions side by side: the prefix that they share, exactly, and what each has after it.
 *
 * @param commonMessages how many messages of the full history both have, system messages not counted
 * @param commonUpTo the place just after the last message that both have, the same in both streams; empty if they share
 *     none
 */
public record Comparison(int commonMessages, Optional<Position> commonUpTo, Side left, Side right) {

    /**
     * What one of the two has after the common prefix.
     *
     * @param messages oldest first, system messages among them
     * @param toolCalls the calls that its messages ask for, oldest first
     * @param tokens what its usage entries add up to; empty if it has none
     * @param answer its last message of the model that asks for no tool
     */
    public record Side(
            SessionInfo session,
            List<HistoryMessage> messages,
            List<ToolExecutionRequest> toolCalls,
            OptionalLong tokens,
            Optional<HistoryMessage> answer) {

        public Side {
            messages = List.copyOf(messages);
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /** Compares two sessions as they are now. Costs what they do not share, not what they share. */
    public static Comparison of(AgentSession left, AgentSession right) {
        int common = CommonPrefix.length(left, right);
        Optional<Position> commonUpTo = common == 0
                ? Optional.empty()
                : CommonPrefix.messageAt(left, common - 1).map(HistoryMessage::position);
        return new Comparison(common, commonUpTo, side(left, common, commonUpTo), side(right, common, commonUpTo));
    }

    /**
     * The comparison for people, in two columns: what both share, then side by side the messages that each has of its
     * own, tool calls, tokens and final answer. Long messages are cut; the answers are not. Lines end with a line feed
     * and hold no control characters.
     */
    public String text() {
        return text(TEXT_WIDTH);
    }

    /**
     * As {@link #text()}, in another width.
     *
     * @param width of the whole, in characters; at least room for two columns of ten is taken
     */
    public String text(int width) {
        return new ComparisonText(this, width).render();
    }

    /**
     * The comparison as JSON: {@code commonMessages}, {@code commonUpTo} with the offset, and {@code left} and
     * {@code right}, each with {@code session}, {@code label}, {@code messages} in full, {@code toolCalls},
     * {@code tokens} if any were recorded, and {@code answer} if there is one.
     */
    public ObjectNode json() {
        return ComparisonJson.of(this);
    }

    /** The messages of {@code session} from {@code fromIndex} on, read page by page. */
    public static List<HistoryMessage> tailOf(AgentSession session, int fromIndex) {
        List<HistoryMessage> tail = new ArrayList<>();
        int next = fromIndex;
        while (true) {
            HistoryPage page = session.history(next, PAGE);
            tail.addAll(page.messages());
            if (page.isLast() || page.nextIndex() <= next) {
                return tail;
            }
            next = page.nextIndex();
        }
    }

    /** The last message of the model in {@code messages} that asks for no tool and says something. */
    public static Optional<HistoryMessage> answerOf(List<HistoryMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            HistoryMessage candidate = messages.get(i);
            if (candidate.message().orElse(null) instanceof AiMessage ai
                    && !ai.hasToolExecutionRequests()
                    && !candidate.text().isBlank()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static final int PAGE = 500;
    private static final int TEXT_WIDTH = 120;

    private static Side side(AgentSession session, int common, Optional<Position> commonUpTo) {
        List<HistoryMessage> messages = tailOf(session, common);
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (HistoryMessage message : messages) {
            if (message.message().orElse(null) instanceof AiMessage ai && ai.hasToolExecutionRequests()) {
                calls.addAll(ai.toolExecutionRequests());
            }
        }
        return new Side(session.info(), messages, calls, tokens(session, commonUpTo), answerOf(messages));
    }

    private static OptionalLong tokens(AgentSession session, Optional<Position> commonUpTo) {
        long sum = 0;
        boolean recorded = false;
        for (TypedEntry entry : session.entries(Usage.ENTRY_TYPE)) {
            if (isPast(entry, commonUpTo)) {
                OptionalLong tokens = Usage.totalOf(entry.value());
                recorded |= tokens.isPresent();
                sum += tokens.orElse(0);
            }
        }
        return recorded ? OptionalLong.of(sum) : OptionalLong.empty();
    }

    private static boolean isPast(TypedEntry entry, Optional<Position> commonUpTo) {
        return commonUpTo.isEmpty()
                || entry.offset()
                        .filter(offset -> offset.compareTo(commonUpTo.get().offset()) > 0)
                        .isPresent();
    }
}
