package dev.anabranch.examples.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the tools that a sentence asks for: those whose name is in it, word by word. {@code price_of} and
 * {@code priceOf} are meant by <em>what is the price of the boat?</em>
 */
final class ToolChoice {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern OBJECT = Pattern.compile("\\{.*}", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("[\"“']([^\"”']+)[\"”']");
    private static final Pattern NUMBER = Pattern.compile("\\b\\d{1,9}\\b");

    private final List<ToolSpecification> tools;

    ToolChoice(List<ToolSpecification> tools) {
        this.tools = List.copyOf(tools);
    }

    /** The calls that {@code text} asks for, sentence by sentence, numbered from {@code firstNumber}. */
    List<ToolExecutionRequest> calls(String text, int firstNumber) {
        List<ToolExecutionRequest> calls = new ArrayList<>();
        // An object may hold sentences of its own, so a text with one is taken whole.
        List<String> sentences = OBJECT.matcher(text).find() ? List.of(text) : Notebook.sentences(text);
        for (String sentence : sentences) {
            tool(sentence)
                    .map(tool -> ToolExecutionRequest.builder()
                            .id("call_" + (firstNumber + calls.size()))
                            .name(tool.name())
                            .arguments(arguments(tool, sentence))
                            .build())
                    .ifPresent(calls::add);
        }
        return calls;
    }

    /** Of several tools, the one with the longest name: it says most precisely what is asked for. */
    private Optional<ToolSpecification> tool(String sentence) {
        List<String> said = words(sentence);
        return tools.stream()
                .filter(tool -> said.containsAll(words(tool.name())))
                .max((one, other) ->
                        Integer.compare(one.name().length(), other.name().length()));
    }

    private static List<String> words(String text) {
        String parted = text.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ");
        return List.of(parted.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", 0));
    }

    private static String arguments(ToolSpecification tool, String sentence) {
        Matcher object = OBJECT.matcher(sentence);
        if (object.find() && isJson(object.group())) {
            return object.group();
        }
        ObjectNode arguments = JSON.createObjectNode();
        Matcher quoted = QUOTED.matcher(sentence);
        Matcher number = NUMBER.matcher(sentence);
        boolean first = true;
        for (Map.Entry<String, JsonSchemaElement> parameter : parameters(tool).entrySet()) {
            if (parameter.getValue() instanceof JsonIntegerSchema && number.find()) {
                arguments.put(parameter.getKey(), Integer.parseInt(number.group()));
            } else if (parameter.getValue() instanceof JsonStringSchema) {
                if (quoted.find()) {
                    arguments.put(parameter.getKey(), quoted.group(1));
                } else if (first) {
                    arguments.put(parameter.getKey(), whatFollows(tool.name(), sentence));
                }
                first = false;
            }
        }
        return arguments.toString();
    }

    private static Map<String, JsonSchemaElement> parameters(ToolSpecification tool) {
        JsonObjectSchema parameters = tool.parameters();
        return parameters == null ? Map.of() : parameters.properties();
    }

    /** The rest of the sentence after the last word of the tool's name, without its full stop. */
    private static String whatFollows(String toolName, String sentence) {
        List<String> name = words(toolName);
        String last = name.get(name.size() - 1);
        int start = sentence.toLowerCase(Locale.ROOT).lastIndexOf(last) + last.length();
        return sentence.substring(start).replaceAll("[?.!]+$", "").strip();
    }

    private static boolean isJson(String text) {
        try {
            return JSON.readTree(text).isObject();
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }
}
