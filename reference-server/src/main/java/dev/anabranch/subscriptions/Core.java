package dev.anabranch.subscriptions;

import dev.anabranch.engine.StreamEngine;
import java.util.function.Supplier;

/** What the parts of this package share. */
record Core(
        StreamEngine engine,
        Loop loop,
        SubscriptionAccess access,
        SubscriptionOptions options,
        WakeTokens tokens,
        Keys keys,
        Backoff backoff,
        Supplier<String> wakeIds) {}
