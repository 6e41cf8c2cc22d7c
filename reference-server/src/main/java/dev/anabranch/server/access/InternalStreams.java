package dev.anabranch.server.access;

import dev.anabranch.stream.StreamName;

/** Streams in which the server keeps its own records. They cannot be reached from outside, by any face. */
public final class InternalStreams {

    private static final String FOLDER = "__anabranch";

    private InternalStreams() {}

    /** The name of a stream that only the server itself uses. */
    public static StreamName named(String name) {
        return new StreamName(FOLDER + "/" + name);
    }

    /** Whether the stream does not exist for anyone outside. */
    public static boolean isInternal(StreamName name) {
        return name.value().equals(FOLDER) || name.value().startsWith(FOLDER + "/");
    }
}
