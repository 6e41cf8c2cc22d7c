package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.EntryWriter;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The entries that a branch has of its own, without those that say what it is. */
final class OwnEntries {

    private final SessionLog log;

    OwnEntries(SessionLog log) {
        this.log = log;
    }

    /** As JSON, for another stream. Reads from {@code from}, at or before which the branch begins. */
    List<String> since(Offset from, Deadline deadline) {
        log.look(deadline, state -> state != null);
        EntryWriter writer = new EntryWriter("", Instant.EPOCH, Optional.empty());
        boolean own = false;
        Offset next = from;
        while (true) {
            Offset at = next;
            StreamPage page = deadline.retry(() -> deadline.streams().read(log.name(), at));
            for (Payload payload : page.messages()) {
                Entry entry = EntryReader.read(payload);
                if (entry instanceof Entry.Session what && what.id().equals(log.id())) {
                    own = true;
                } else if (own) {
                    writer.again(entry);
                }
            }
            if (page.upToDate()) {
                return writer.entries();
            }
            next = page.next();
        }
    }
}
