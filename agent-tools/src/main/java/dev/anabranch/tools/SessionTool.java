package dev.anabranch.tools;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import java.util.List;
import java.util.Locale;

/** The tools that {@link SessionTools} can offer, as a model is told of them. */
public enum SessionTool {
    BRANCH_SESSION(Descriptions.BRANCH_SESSION) {
        @Override
        JsonObjectSchema parameters() {
            return JsonObjectSchema.builder()
                    .addProperty(
                            "at_message",
                            JsonIntegerSchema.builder()
                                    .description(Descriptions.AT_MESSAGE)
                                    .build())
                    .addStringProperty("label", Descriptions.LABEL)
                    .build();
        }
    },

    RUN_BRANCHES(Descriptions.RUN_BRANCHES) {
        @Override
        JsonObjectSchema parameters() {
            JsonObjectSchema task = JsonObjectSchema.builder()
                    .addStringProperty("label", Descriptions.TASK_LABEL)
                    .addStringProperty("task", Descriptions.TASK)
                    .required("label", "task")
                    .build();
            return JsonObjectSchema.builder()
                    .addProperty(
                            "tasks",
                            JsonArraySchema.builder()
                                    .description(Descriptions.TASKS)
                                    .items(task)
                                    .build())
                    .required("tasks")
                    .build();
        }
    },

    ASK_IN_SCRATCH(Descriptions.ASK_IN_SCRATCH) {
        @Override
        JsonObjectSchema parameters() {
            return JsonObjectSchema.builder()
                    .addStringProperty("question", Descriptions.QUESTION)
                    .required("question")
                    .build();
        }
    },

    LIST_BRANCHES(Descriptions.LIST_BRANCHES) {
        @Override
        JsonObjectSchema parameters() {
            return JsonObjectSchema.builder().build();
        }
    },

    READ_BRANCH(Descriptions.READ_BRANCH) {
        @Override
        JsonObjectSchema parameters() {
            return JsonObjectSchema.builder()
                    .addStringProperty("session", Descriptions.SESSION)
                    .addIntegerProperty("last", Descriptions.LAST)
                    .required("session")
                    .build();
        }
    },

    COMPARE_BRANCHES(Descriptions.COMPARE_BRANCHES) {
        @Override
        JsonObjectSchema parameters() {
            return JsonObjectSchema.builder()
                    .addStringProperty("a", Descriptions.SESSION)
                    .addStringProperty("b", Descriptions.SESSION)
                    .required("a", "b")
                    .build();
        }
    },

    BRING_FORWARD(Descriptions.BRING_FORWARD) {
        @Override
        JsonObjectSchema parameters() {
            return JsonObjectSchema.builder()
                    .addStringProperty("session", Descriptions.SESSION)
                    .addEnumProperty("mode", List.of("answer", "summary", "messages"), Descriptions.MODE)
                    .required("session")
                    .build();
        }
    };

    private final String description;

    SessionTool(String description) {
        this.description = description;
    }

    /** The tool's name, such as {@code branch_session}. */
    public String toolName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the model is told the tool does. */
    public String description() {
        return description;
    }

    abstract JsonObjectSchema parameters();

    ToolSpecification specification() {
        return ToolSpecification.builder()
                .name(toolName())
                .description(description)
                .parameters(parameters())
                .build();
    }
}
