package dev.anabranch.examples;

/** A program that shows one use of sessions that fork. */
interface Example {

    /** What it shows, in one line. */
    String summary();

    void run(Stage stage) throws Exception;
}
