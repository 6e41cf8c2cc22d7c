package dev.anabranch.server.security;

import java.util.Set;

/**
 * Who sent a request, proven.
 *
 * @param scopes what the token allows
 * @param credential tells tokens apart, for counting; says nothing of the token itself
 */
public record Caller(UserId user, Set<Scope> scopes, String credential) {

    /** The user of a server without tokens: may do everything. */
    public static final Caller LOCAL = new Caller(UserId.LOCAL, Scope.ALL, "local");

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
