package dev.anabranch.entry;

/**
 * A tool call that a message asks for, or that one answers.
 *
 * @param id empty if the model gave none
 */
public record ToolCall(String id, String name) {

    public boolean isAnsweredBy(ToolCall answer) {
        return (id.isEmpty() || answer.id.isEmpty()) ? name.equals(answer.name) : id.equals(answer.id);
    }
}
