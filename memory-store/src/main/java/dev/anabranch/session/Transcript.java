package dev.anabranch.session;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Messages as plain text, for people and models. */
public final class Transcript {

    private static final int OUTLINE_LINE_MAX = 200;
    private static final String TAG = "brought_forward";
    private static final Pattern MARKER =
            Pattern.compile("<(\\s*/?\\s*(?:" + TAG + "|taken_back))", Pattern.CASE_INSENSITIVE);

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

    /** {@code text} between markers that tell where it comes from. What looks like a marker inside it is defused. */
    static String marked(Receipt receipt, String text) {
        String safe = MARKER.matcher(shorten(text)).replaceAll("&lt;$1");
        return "<" + TAG + " from=\"session:" + receipt.branch() + "\" label=\"" + attribute(receipt.label())
                + "\" mode=\"" + receipt.mode().word() + "\" messages=\"" + receipt.messages() + "\" gained=\""
                + receipt.gained() + "\" time=\"" + receipt.time() + "\">\n"
                + safe + "\n</" + TAG + ">";
    }

    static String takenBack(Receipt receipt) {
        return "<taken_back from=\"session:" + receipt.branch() + "\" label=\"" + attribute(receipt.label())
                + "\" mode=\"" + receipt.mode().word() + "\">\nDisregard what was brought forward from this branch at "
                + receipt.time() + ".\n</taken_back>";
    }

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

    private static String shorten(String text) {
        int excess = text.length() - BringForward.CHARACTERS_MAX;
        if (excess <= 0) {
            return text;
        }
        int half = BringForward.CHARACTERS_MAX / 2;
        return text.substring(0, boundary(text, half))
                + "\n[… " + excess + " characters left out …]\n"
                + text.substring(boundary(text, text.length() - half));
    }

    /** {@code index}, or one less if a surrogate pair would be parted there. */
    private static int boundary(String text, int index) {
        return Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    static String cut(String line, int max) {
        return line.length() <= max ? line : line.substring(0, boundary(line, max)) + "…";
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    private static String attribute(String text) {
        return oneLine(text)
                .replace("&", "&amp;")
                .replace("\"", "&quot;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
