package dev.anabranch.subscriptions;

import dev.anabranch.stream.StreamName;
import java.util.List;

/** What one step changes: written whole before it takes effect. */
record Change(Head head, List<LinkRow> linked, List<StreamName> unlinked) {

    static Change to(Head head) {
        return new Change(head, List.of(), List.of());
    }
}
