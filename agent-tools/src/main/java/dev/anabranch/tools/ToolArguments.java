package dev.anabranch.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a model passed to a tool. Lenient: models pass numbers as text, absent values as null, lists as text. */
final class ToolArguments {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int LABEL_MAX = 200;

    private final JsonNode arguments;

    private ToolArguments(JsonNode arguments) {
        this.arguments = arguments;
    }

    /** Refuses what is no JSON object. */
    static ToolArguments parse(@Nullable String json) {
        if (json == null || json.isBlank()) {
            return new ToolArguments(JSON.createObjectNode());
        }
        JsonNode read = read(json);
        if (read == null || !(read.isObject() || read.isNull())) {
            throw ToolRefusal.argument("the arguments are not a JSON object. Send them as one, such as {}.");
        }
        return new ToolArguments(read);
    }

    static ToolArguments of(ObjectNode arguments) {
        return new ToolArguments(arguments);
    }

    /** The text under the first of these names that has any. */
    Optional<String> text(String... names) {
        for (String name : names) {
            JsonNode value = arguments.path(name);
            if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
                return Optional.of(value.asText().strip());
            }
        }
        return Optional.empty();
    }

    /** The label under the first of these names that has one: in one line, and no longer than people would read. */
    Optional<String> label(String... names) {
        return text(names)
                .map(label -> label.replaceAll("[\\s\\p{Cntrl}]+", " ").strip())
                .filter(label -> !label.isEmpty())
                .map(label -> Replies.cut(label, LABEL_MAX));
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> ToolRefusal.argument("'" + name + "' is missing."));
    }

    /** Refuses a value that is no whole number. */
    OptionalInt number(String name) {
        Optional<String> text = text(name).filter(value -> !value.equals("null"));
        if (text.isEmpty()) {
            if (arguments.path(name).isContainerNode()) {
                throw notWhole(name, arguments.path(name).toString());
            }
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(new BigDecimal(text.get()).intValueExact());
        } catch (ArithmeticException | NumberFormatException notWhole) {
            throw notWhole(name, text.get());
        }
    }

    /** A task for a branch. */
    record Task(String label, String task) {}

    /** Refuses when there is no task. */
    List<Task> tasks() {
        JsonNode value = arguments.path("tasks");
        if (value.isTextual()) {
            JsonNode read = read(value.asText());
            value = read != null && read.isContainerNode()
                    ? read
                    : JSON.createArrayNode().add(value);
        }
        if (value.isObject()) {
            value = JSON.createArrayNode().add(value);
        }
        List<Task> tasks = new ArrayList<>();
        for (JsonNode element : value) {
            ToolArguments fields = new ToolArguments(element.isObject() ? element : JSON.createObjectNode());
            Optional<String> task = element.isTextual()
                    ? Optional.of(element.asText().strip())
                    : fields.text("task", "prompt", "question", "instruction");
            int number = tasks.size() + 1;
            tasks.add(new Task(
                    fields.label("label", "name").orElse("branch " + number),
                    task.filter(text -> !text.isEmpty())
                            .orElseThrow(() -> ToolRefusal.argument("task " + number
                                    + " has no text. Send tasks as [{\"label\": \"…\", \"task\": \"…\"}, …]."))));
        }
        if (tasks.isEmpty()) {
            throw ToolRefusal.argument("there are no tasks. Send them as [{\"label\": \"…\", \"task\": \"…\"}, …].");
        }
        return tasks;
    }

    private static ToolRefusal notWhole(String name, String value) {
        return ToolRefusal.argument("'" + name + "' is not a whole number: " + value);
    }

    private static @Nullable JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }
}
