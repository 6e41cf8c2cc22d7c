package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import dev.anabranch.server.ServerStartException;
import dev.anabranch.storage.DataFolderException;
import dev.langchain4j.exception.LangChain4jException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts an example from the command line: {@code [name] [--data-dir FOLDER] [the example's options]}. */
public final class Examples {

    private static final String FIRST = "first-fork";
    private static final String DATA_DIR = "--data-dir";
    private static final int EXIT_FAILURE = 1;
    private static final int EXIT_USAGE = 2;

    private Examples() {}

    /** All examples, by the name that starts them. */
    static Map<String, Example> all() {
        Map<String, Example> examples = new LinkedHashMap<>();
        examples.put(FIRST, new FirstFork());
        examples.put("chat", new Chat());
        examples.put("conversation-tree", new ConversationTree());
        examples.put("specialists", new Specialists());
        examples.put("self-branching", new SelfBranching());
        examples.put("scratch-probe", new ScratchProbe());
        examples.put("crash-and-resume", new CrashAndResume());
        return examples;
    }

    public static void main(String[] arguments) throws Exception {
        // Output is the same whatever the terminal's locale: labels and answers may be in any script.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        setIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        setIfAbsent("org.slf4j.simpleLogger.log.io.javalin.Javalin", "off");
        int status = run(List.of(arguments), System.getenv(), out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs an example, and answers the exit status. What a person can mend is told in one line. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
            throws Exception {
        if (arguments.contains("--help")) {
            usage(out);
            return 0;
        }
        try {
            boolean isNamed = !arguments.isEmpty() && !arguments.get(0).startsWith("--");
            Example example = find(isNamed ? arguments.get(0) : FIRST);
            Map<String, String> options = options(example, arguments.subList(isNamed ? 1 : 0, arguments.size()));
            Path dataDir = Path.of(options.getOrDefault(DATA_DIR, "anabranch-data"));
            example.run(new Stage(dataDir, Models.from(environment), out, options));
            return 0;
        } catch (UsageException wrong) {
            err.println(wrong.getMessage());
            usage(err);
            return EXIT_USAGE;
        } catch (DataFolderException | ServerStartException unusable) {
            err.println(unusable.getMessage());
            return EXIT_FAILURE;
        } catch (LangChain4jException modelFailed) {
            err.println("the model failed: " + modelFailed.getMessage());
            return EXIT_FAILURE;
        }
    }

    private static Example find(String name) {
        Example example = all().get(name);
        if (example == null) {
            throw new UsageException("there is no example '" + name + "'");
        }
        return example;
    }

    private static Map<String, String> options(Example example, List<String> words) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            String option = words.get(i);
            if (!option.equals(DATA_DIR) && !example.options().contains(option)) {
                throw new UsageException("there is no option '" + option + "' here");
            }
            if (i + 1 == words.size()) {
                throw new UsageException(option + " needs a value");
            }
            options.put(option, words.get(i + 1));
        }
        return options;
    }

    private static void usage(PrintStream out) {
        out.println("usage: java -jar anabranch-examples.jar [EXAMPLE] [--data-dir FOLDER]");
        out.println();
        all().forEach((name, example) -> out.printf("  %-20s %s%n", name, example.summary()));
        out.println();
        out.println(
                "Runs offline. Set OPENAI_API_KEY, or OPENAI_BASE_URL of a server that wants none, and OPENAI_MODEL as needed,"
                        + " for a real model.");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
