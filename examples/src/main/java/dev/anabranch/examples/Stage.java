package dev.anabranch.examples;

import dev.anabranch.examples.model.Models;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What an example runs with.
 *
 * @param dataDir the folder that keeps the sessions; those of earlier runs are in it
 * @param models the model to talk to
 * @param out what people read
 * @param arguments what follows the example's name on the command line
 */
record Stage(Path dataDir, Models models, PrintStream out, List<String> arguments) {

    Stage {
        arguments = List.copyOf(arguments);
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
