package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.ToolCall;
import dev.anabranch.session.HistoryMessage.Position;
import dev.anabranch.stream.Offset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks along a session's entries and knows, at each message, its index, its place and whether tool calls are open. */
final class HistoryCursor {

    /*
     * A server names a place after each append or after each message, and a fork can begin a number of messages past
     * a named place, within the one append that follows. So entries are taken in groups of equal offset: the anchor of
     * a group is the offset of the group before it, and a place within the group is the anchor and a count. Both kinds
     * of server are served by that. An entry that comes without an offset, as control messages do, counts as part of
     * the group of its successor, which is how this library writes them.
     */

    private final String session;
    private Offset anchor;
    private @Nullable Offset group;
    private long inGroup;
    private Position beforeNext;
    private long entriesBeforeNext;
    private String append = "";
    private @Nullable Place lastOfGroup;
    private String owner;
    private long entries;
    private int messages;
    private int ownMessages;
    private Optional<ToolGroup> openCalls = Optional.empty();
    private Optional<String> lastMessageId = Optional.empty();

    /** At the beginning of the stream of {@code session}. */
    HistoryCursor(String session) {
        this.session = session;
        this.owner = session;
        this.anchor = Offset.BEGINNING;
        this.group = Offset.BEGINNING;
        this.beforeNext = new Position(anchor, 0);
    }

    private HistoryCursor(HistoryCursor other, String session) {
        this.session = session;
        this.anchor = other.anchor;
        this.group = other.group;
        this.inGroup = other.inGroup;
        this.beforeNext = other.beforeNext;
        this.entriesBeforeNext = other.entriesBeforeNext;
        this.append = other.append;
        this.owner = other.owner;
        this.entries = other.entries;
        this.messages = other.messages;
        this.ownMessages = session.equals(other.session) ? other.ownMessages : 0;
        this.openCalls = other.openCalls;
        this.lastMessageId = other.lastMessageId;
    }

    HistoryCursor copy() {
        return new HistoryCursor(this, session);
    }

    /** This cursor on the stream of a branch, which shares everything so far. */
    HistoryCursor copyFor(String branch) {
        return new HistoryCursor(this, branch);
    }

    /** How many entries lie behind. */
    long entries() {
        return entries;
    }

    /** How many messages lie behind, system messages not counted. */
    int messages() {
        return messages;
    }

    /** Those of them that were written to this session itself. */
    int ownMessages() {
        return ownMessages;
    }

    Optional<ToolGroup> openCalls() {
        return openCalls;
    }

    Optional<String> lastMessageId() {
        return lastMessageId;
    }

    /**
     * Whether an entry of this offset begins a group, so that the stream can be read again from the end of the last.
     */
    boolean beginsGroup(Optional<Offset> offset) {
        return offset.isPresent() && group != null && !offset.get().equals(group) && !group.isSentinel();
    }

    /** Where reading goes on from here, when the next entry {@link #beginsGroup}. */
    Offset groupEnd() {
        if (group == null) {
            throw new AssertionError("the group has no offset yet");
        }
        return group;
    }

    /** The end of a page: what follows begins a group. */
    void pageEnds(Offset next) {
        endGroup(next);
    }

    /** Passes an entry that is no message. */
    void pass(Entry entry, Optional<Offset> offset) {
        step(entry, offset);
        lastOfGroup = null;
        if (entry instanceof Entry.Session made) {
            owner = made.id();
        }
        if (entry instanceof Entry.Reset) {
            openCalls = Optional.empty();
        }
    }

    /** Passes a message. */
    Passed pass(Entry.Message entry, Optional<Offset> offset) {
        step(entry, offset);
        Position before = beforeNext;
        long entriesBefore = entriesBeforeNext;
        Optional<ToolGroup> openBefore = openCalls;
        Position after = new Position(anchor, inGroup);
        Place place = new Place(before, after, offset.orElse(anchor));
        beforeNext = after;
        entriesBeforeNext = entries;
        lastOfGroup = place;
        boolean system = entry.value().isSystem();
        int countBefore = messages;
        Optional<String> previous = lastMessageId;
        boolean inherited = !owner.equals(session);
        if (!system) {
            messages++;
            ownMessages += inherited ? 0 : 1;
        }
        follow(
                entry,
                new ToolGroup(
                        entry.id(),
                        before,
                        entriesBefore,
                        countBefore,
                        previous,
                        entry.value().calls()));
        lastMessageId = Optional.of(entry.id());
        return new Passed(
                entries - 1,
                entriesBefore,
                place,
                countBefore,
                system,
                owner,
                inherited,
                openBefore,
                openCalls,
                previous);
    }

    /** Edits in the middle of the window say nothing of what is open at its end. */
    private void follow(Entry.Message entry, ToolGroup asked) {
        if (entry.value().isSystem() || entry.headers().before().isPresent()) {
            return;
        }
        Optional<ToolCall> answer = entry.value().answers();
        if (!asked.open().isEmpty()) {
            openCalls = Optional.of(asked);
        } else if (answer.isPresent()) {
            openCalls = openCalls.flatMap(open -> open.answered(answer.get()));
        } else {
            openCalls = Optional.empty();
        }
    }

    private void step(Entry entry, Optional<Offset> offset) {
        String txid = entry.headers().txid().orElse("");
        Offset before = group;
        if (before != null && !offset.filter(before::equals).isPresent()) {
            endGroup(before);
            boolean isSameAppend = !txid.isEmpty() && txid.equals(append);
            if (!isSameAppend) {
                beforeNext = new Position(before, 0);
                entriesBeforeNext = entries;
            }
        }
        append = txid;
        group = offset.orElse(null);
        entries++;
        inGroup++;
    }

    private void endGroup(Offset end) {
        if (lastOfGroup != null) {
            lastOfGroup.endsAppend(end);
            lastOfGroup = null;
        }
        anchor = end;
        group = end;
        inGroup = 0;
    }

    /**
     * A message that the cursor has passed.
     *
     * @param entry its number among the entries, from 0
     * @param entriesBefore how many entries lie before the place where a fork before it begins
     * @param countBefore how many messages lie before it, system messages not counted: its index, unless it is one
     * @param openBefore what is open just before it
     * @param openCalls what is open just after it
     * @param previousId the message before it
     */
    record Passed(
            long entry,
            long entriesBefore,
            Place place,
            int countBefore,
            boolean system,
            String owner,
            boolean inherited,
            Optional<ToolGroup> openBefore,
            Optional<ToolGroup> openCalls,
            Optional<String> previousId) {

        Passed inBranch() {
            return new Passed(
                    entry, entriesBefore, place, countBefore, system, owner, true, openBefore, openCalls, previousId);
        }

        /** How many messages a branch after this message has. */
        int countAfter() {
            return system ? countBefore : countBefore + 1;
        }
    }
}
