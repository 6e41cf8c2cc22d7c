package dev.anabranch.server.subscriptions;

import dev.anabranch.server.access.StreamAccess;
import dev.anabranch.server.security.UserId;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.SubscriptionAccess;

/** The rights of subscribers: those on streams, and each user's subscriptions for that user alone. */
public final class SubscriberRights implements SubscriptionAccess {

    private final StreamAccess access;
    private final boolean singleUser;

    /**
     * Rights by these rules.
     *
     * @param singleUser whether there is only one user, who may do everything
     */
    public SubscriberRights(StreamAccess access, boolean singleUser) {
        this.access = access;
        this.singleUser = singleUser;
    }

    @Override
    public boolean mayRead(String user, StreamName stream) {
        return access.mayRead(new UserId(user), stream);
    }

    @Override
    public boolean mayAppend(String user, StreamName stream) {
        return access.mayWrite(new UserId(user), stream);
    }

    @Override
    public boolean mayUse(String user, String owner) {
        return singleUser || user.equals(owner);
    }
}
