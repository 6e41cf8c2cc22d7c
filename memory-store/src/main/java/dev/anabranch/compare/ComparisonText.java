package dev.anabranch.compare;

import dev.anabranch.session.HistoryMessage;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A comparison in two columns, for people. */
final class ComparisonText {

    private static final String BETWEEN = " | ";
    private static final int COLUMN_MIN = 10;
    private static final int MESSAGE_MAX = 600;

    private final Comparison comparison;
    private final int column;
    private final StringBuilder text = new StringBuilder();

    /** @param width of the whole, in characters */
    ComparisonText(Comparison comparison, int width) {
        this.comparison = comparison;
        this.column = Math.max(COLUMN_MIN, (width - BETWEEN.length()) / 2);
    }

    String render() {
        text.append(common()).append('\n');
        rule();
        row(heading(comparison.left()), heading(comparison.right()));
        rule();
        List<String> left = paragraphs(comparison.left());
        List<String> right = paragraphs(comparison.right());
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            row(i < left.size() ? left.get(i) : "", i < right.size() ? right.get(i) : "");
        }
        rule();
        row(calls(comparison.left()), calls(comparison.right()));
        row(tokens(comparison.left()), tokens(comparison.right()));
        row(answer(comparison.left()), answer(comparison.right()));
        return text.toString();
    }

    private String common() {
        return comparison
                .commonUpTo()
                .map(place -> "both have the first " + counted(comparison.commonMessages(), "message")
                        + ", up to offset " + place.offset() + (place.subOffset() > 0 ? " + " + place.subOffset() : ""))
                .orElse("they have no message in common");
    }

    private static String heading(Comparison.Side side) {
        return side.session().label() + " (" + side.session().id() + ")";
    }

    private static List<String> paragraphs(Comparison.Side side) {
        if (side.messages().isEmpty()) {
            return List.of("nothing after that");
        }
        return side.messages().stream().map(ComparisonText::paragraph).toList();
    }

    private static String paragraph(HistoryMessage message) {
        String index = message.index().isPresent() ? message.index().getAsInt() + " " : "";
        return index + Transcript.cut(Transcript.oneLine(Transcript.paragraph(message)), MESSAGE_MAX);
    }

    private static String calls(Comparison.Side side) {
        if (side.toolCalls().isEmpty()) {
            return "no tool calls";
        }
        return counted(side.toolCalls().size(), "tool call") + ": "
                + side.toolCalls().stream().map(ToolExecutionRequest::name).collect(Collectors.joining(", "));
    }

    private static String tokens(Comparison.Side side) {
        return side.tokens().isPresent() ? counted(side.tokens().getAsLong(), "token") : "tokens not recorded";
    }

    private static String answer(Comparison.Side side) {
        return side.answer().map(answer -> "answer: " + answer.text()).orElse("no answer");
    }

    private static String counted(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private void rule() {
        text.append("-".repeat(column)).append("-+-").append("-".repeat(column)).append('\n');
    }

    private void row(String left, String right) {
        List<String> leftLines = wrapped(left);
        List<String> rightLines = wrapped(right);
        for (int i = 0; i < Math.max(leftLines.size(), rightLines.size()); i++) {
            String line = i < leftLines.size() ? leftLines.get(i) : "";
            String other = i < rightLines.size() ? rightLines.get(i) : "";
            int padding = column - line.codePointCount(0, line.length());
            text.append((line + " ".repeat(padding) + BETWEEN + other).stripTrailing())
                    .append('\n');
        }
    }

    /** Lines of at most one column, broken between words where there are any. */
    private List<String> wrapped(String paragraph) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        // Control characters would move a terminal's cursor out of the column, or worse.
        for (String word : paragraph.replaceAll("\\p{Cc}", " ").strip().split("\\s+", 0)) {
            int[] rest = word.codePoints().toArray();
            if (length(line) > 0 && length(line) + 1 + rest.length > column) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (line.length() > 0) {
                line.append(' ');
            }
            int from = 0;
            for (; rest.length - from > column; from += column) {
                lines.add(new String(rest, from, column));
            }
            line.append(new String(rest, from, rest.length - from));
        }
        lines.add(line.toString());
        return lines;
    }

    private static int length(StringBuilder line) {
        return line.codePointCount(0, line.length());
    }
}
