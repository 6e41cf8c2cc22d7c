package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the server has shown that it can do. A server that knows nothing of a header passes over it, and so does
 * something else than it was asked to, without a word. Safe for use by many threads.
 */
final class ServerAbilities {

    private static final System.Logger LOG = System.getLogger(ServerAbilities.class.getName());

    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean forks;
    private volatile boolean subOffsets;

    /**
     * Makes sure that a new branch begins where it should. Looked at once for each kind of fork: what a server has done
     * once, it can do.
     *
     * @throws InvalidRequestException if the server has made something else of it
     */
    void requireForked(StreamName branch, String id, BranchPoint point, Deadline deadline) {
        boolean isKnown = point.subOffset() > 0 ? subOffsets : forks;
        if (isKnown || point.offset().equals(Offset.BEGINNING)) {
            return;
        }
        Optional<StreamPage> page = deadline.retry(() -> ownPart(deadline.streams(), branch, point.offset()));
        long shared = point.subOffset();
        if (page.isPresent()
                && page.get().messages().size() <= shared
                && !page.get().upToDate()) {
            return; // more than one page of shared entries: another branch will tell
        }
        boolean isForked = page.isPresent()
                && page.get().messages().size() > shared
                && EntryReader.read(page.get().messages().get((int) shared)) instanceof Entry.Session made
                && made.id().equals(id);
        if (!isForked) {
            throw new InvalidRequestException(
                    shared > 0
                            ? "the server cannot fork within an append: it passes over Stream-Fork-Sub-Offset"
                            : "the server cannot fork: it passes over Stream-Forked-From");
        }
        forks = true;
        subOffsets |= shared > 0;
    }

    private Optional<StreamPage> ownPart(DurableStreams streams, StreamName branch, Offset from) {
        try {
            return Optional.of(streams.read(branch, from));
        } catch (InvalidRequestException noSuchPlace) {
            return Optional.empty();
        }
    }

    /** Entries of others have come between those that this process appended one after the other. */
    void noteInterleaved(StreamName stream) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "others write to ''{0}'' without Stream-Seq, or the server passes over it: no message is lost, but"
                            + " limits and lists of several writers do not hold",
                    stream);
        }
    }
}
