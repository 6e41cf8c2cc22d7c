package dev.anabranch.session;

/**
 * A tool call that a message asks for, or that one answers.
 *
 * @param id empty if the model gave none
 */
record ToolCall(String id, String name) {

    boolean isAnsweredBy(ToolCall answer) {
        return (id.isEmpty() || answer.id.isEmpty()) ? name.equals(answer.name) : id.equals(answer.id);
    }
}
