package dev.anabranch.server.subscriptions;

import dev.anabranch.server.access.InternalStreams;
import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.SubscriptionAccess;

/** The rights of subscribers where everybody may do everything, save with what belongs to the server. */
public final class SubscriberRights implements SubscriptionAccess {

    @Override
    public boolean mayRead(String user, StreamName stream) {
        return !InternalStreams.isInternal(stream);
    }

    @Override
    public boolean mayAppend(String user, StreamName stream) {
        return !InternalStreams.isInternal(stream);
    }

    @Override
    public boolean mayUse(String user, String owner) {
        return true;
    }
}
