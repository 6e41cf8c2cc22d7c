package dev.anabranch.server.access;

import java.util.Arrays;
import java.util.Locale;

/** What a member may do in a tree of conversations. Each level includes those before it. */
public enum AccessLevel {
    /** Read every conversation of the tree, and fork it into a tree of one's own. */
    READER,
    /** Append, fork within the tree, change titles and settings. */
    WRITER,
    /** Add, change and remove members below one's own level; delete single conversations. */
    MANAGER,
    /** Everything, deleting the tree included. */
    OWNER;

    /** The name on the wire. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean includes(AccessLevel needed) {
        return compareTo(needed) >= 0;
    }

    /**
     * The level of this name on the wire.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static AccessLevel parse(String id) {
        return Arrays.stream(values())
                .filter(level -> level.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + id + "' is no access level; levels are owner, manager, writer, reader"));
    }
}
