package dev.anabranch.server.security;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a token lets its holder do at all. Scopes are independent of each other; what the holder may do to a particular
 * conversation is a matter of memberships.
 */
public enum Scope {
    /** Look: read streams and conversations, search, list. */
    READ,
    /** Create streams and conversations, append to them, change their titles and members. */
    APPEND,
    /** Fork. */
    FORK,
    /** Delete streams and conversations. */
    DELETE,
    /** Use what lies under {@code /v1/admin}. Opens no conversation. */
    ADMIN;

    /** Every scope. */
    public static final Set<Scope> ALL = Collections.unmodifiableSet(EnumSet.allOf(Scope.class));

    /** The name in token files, claims and messages. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a list such as {@code read,append}.
     *
     * @throws IllegalArgumentException if a name is none of a scope, or the list is empty
     */
    public static Set<Scope> parse(String commaSeparated) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String id : commaSeparated.split(",", -1)) {
            scopes.add(Arrays.stream(values())
                    .filter(scope -> scope.id().equals(id.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'" + id.strip() + "' is no scope; scopes are read, append, fork, delete, admin")));
        }
        return Collections.unmodifiableSet(scopes);
    }
}
