package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;

/**
 * Who may do what. Asked on the subscriptions' own thread, often: must answer from memory.
 *
 * <p>A subscription acts for the user who created it: it is told of no stream that they may not read, and writes to no
 * wake stream that they may not append to.
 */
public interface SubscriptionAccess {

    /** Whether {@code user} may read {@code stream}. Asked whenever a stream is linked and before each wake. */
    boolean mayRead(String user, StreamName stream);

    /** Whether {@code user} may append to {@code stream}. Asked for wake streams. */
    boolean mayAppend(String user, StreamName stream);

    /** Whether {@code user} may see, change, claim and delete what {@code owner} has created. */
    boolean mayUse(String user, String owner);

    /** Everybody may do everything: a server without tokens has one user. */
    static SubscriptionAccess allowAll() {
        return new SubscriptionAccess() {
            @Override
            public boolean mayRead(String user, StreamName stream) {
                return true;
            }

            @Override
            public boolean mayAppend(String user, StreamName stream) {
                return true;
            }

            @Override
            public boolean mayUse(String user, String owner) {
                return true;
            }
        };
    }
}
