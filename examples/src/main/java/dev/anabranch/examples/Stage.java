package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What an example runs with.
 *
 * @param dataDir the folder that keeps the sessions; those of earlier runs are in it
 * @param models the model to talk to
 * @param out what people read
 * @param options what was said on the command line, by option
 */
record Stage(Path dataDir, Models models, PrintStream out, Map<String, String> options) {

    Stage {
        options = Map.copyOf(options);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    void heading(String text) {
        out.println();
        out.println(text);
        out.println("-".repeat(text.length()));
    }

    void say(String format, Object... values) {
        out.printf(format + "%n", values);
    }
}
