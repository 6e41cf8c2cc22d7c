package dev.anabranch.examples;

import java.util.Set;

/** A program that shows one use of sessions that fork. */
interface Example {

    /** What it shows, in one line. */
    String summary();

    /** The options that it takes besides those of all examples, each with a value. */
    default Set<String> options() {
        return Set.of();
    }

    void run(Stage stage) throws Exception;
}
