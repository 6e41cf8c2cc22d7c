package dev.anabranch.session;

import dev.anabranch.stream.StreamName;
import java.util.Optional;

/** Where the streams of sessions lie. */
record Streams(Optional<StreamName> prefix) {

    StreamName session(String id, int generation) {
        return under(generation == 0 ? "sessions/" + id : "sessions/" + id + "~" + generation);
    }

    /** Notes which generation of a session id is the latest, once there is more than one. */
    StreamName generations(String id) {
        return under("generations/" + id);
    }

    /** What was used in the tree that begins with this session. */
    StreamName usage(String id) {
        return under("usage/" + id);
    }

    StreamName directory() {
        return under("directory");
    }

    private StreamName under(String name) {
        StreamName plain = new StreamName(name);
        return prefix.map(plain::under).orElse(plain);
    }
}
