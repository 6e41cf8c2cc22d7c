package dev.anabranch.compare;

import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionInfo;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.List;
import java.util.Optional;

/** Messages as plain text, for people and models. */
public final class Transcript {

    private static final int OUTLINE_LINE_MAX = 200;

    private Transcript() {}

    /** One paragraph a message, each with its role: {@code USER: …}, {@code AI: …}, {@code TOOL search: …}. */
    public static String of(List<HistoryMessage> messages) {
        StringBuilder text = new StringBuilder();
        for (HistoryMessage message : messages) {
            text.append(paragraph(message)).append('\n');
        }
        return text.toString().strip();
    }

    /** An account that needs no model: what was asked, which tools were called, and the last answer in full. */
    public static String outline(SessionInfo branch, List<HistoryMessage> messages) {
        Optional<HistoryMessage> answer = Comparison.answerOf(messages);
        StringBuilder text = new StringBuilder();
        for (HistoryMessage message : messages) {
            if (answer.isEmpty() || !answer.get().id().equals(message.id())) {
                text.append("- ")
                        .append(cut(oneLine(paragraph(message)), OUTLINE_LINE_MAX))
                        .append('\n');
            }
        }
        answer.ifPresent(last -> text.append("Answer: ").append(last.text()));
        return text.toString().strip();
    }

    /** One message with its role, and with the tool calls it makes. */
    static String paragraph(HistoryMessage message) {
        ChatMessage read = message.message().orElse(null);
        if (read instanceof ToolExecutionResultMessage result) {
            return "TOOL " + result.toolName() + ": " + message.text();
        }
        StringBuilder text = new StringBuilder(message.role()).append(": ").append(message.text());
        if (read instanceof AiMessage ai && ai.hasToolExecutionRequests()) {
            for (ToolExecutionRequest call : ai.toolExecutionRequests()) {
                text.append(" [calls ")
                        .append(call.name())
                        .append(' ')
                        .append(call.arguments())
                        .append(']');
            }
        }
        return text.toString();
    }

    /** {@code index}, or one less if a surrogate pair would be parted there. */
    public static int boundary(String text, int index) {
        return Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    static String cut(String line, int max) {
        return line.length() <= max ? line : line.substring(0, boundary(line, max)) + "…";
    }

    public static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
