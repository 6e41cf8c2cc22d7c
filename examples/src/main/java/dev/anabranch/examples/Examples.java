package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts an example from the command line: {@code [name] [--data-dir FOLDER] [what the example takes …]}. */
public final class Examples {

    private static final String FIRST = "first-fork";
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

        List<String> words = new ArrayList<>(List.of(arguments));
        Path dataDir = dataDir(words);
        String name = words.isEmpty() ? FIRST : words.remove(0);
        Example example = all().get(name);
        if (example == null) {
            usage(name.equals("--help") ? out : System.err);
            System.exit(name.equals("--help") ? 0 : EXIT_USAGE);
            return;
        }
        example.run(new Stage(dataDir, Models.fromEnvironment(), out, words));
    }

    /** Takes the option and its value out of {@code words}. */
    private static Path dataDir(List<String> words) {
        int option = words.indexOf("--data-dir");
        if (option < 0 || option + 1 == words.size()) {
            return Path.of("anabranch-data");
        }
        Path folder = Path.of(words.remove(option + 1));
        words.remove(option);
        return folder;
    }

    private static void usage(PrintStream out) {
        out.println("usage: java -jar anabranch-examples.jar [EXAMPLE] [--data-dir FOLDER]");
        out.println();
        all().forEach((name, example) -> out.printf("  %-20s %s%n", name, example.summary()));
        out.println();
        out.println(
                "Runs offline. Set OPENAI_API_KEY, and OPENAI_BASE_URL and OPENAI_MODEL as needed, for a real model.");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
