package dev.anabranch.subscriptions;

import java.util.List;

/** All of a subscription's state. */
record Image(Origin origin, Head head, List<LinkRow> links) {}
