package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.MessageValue;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiPredicate;

/** Reads messages of a session's history from its stream. */
final class HistoryReader {

    /** A message as it lies in the stream. */
    record Read(Entry.Message entry, HistoryCursor.Passed passed) {}

    /**
     * Reads messages until there are no more before {@code entriesMax} entries, or {@code wanted} says to stop after
     * one: its answer to the message and the count of those read so far.
     */
    void read(
            StreamName name,
            HistoryCursor cursor,
            Offset from,
            long entriesMax,
            Deadline deadline,
            BiPredicate<Entry, Optional<HistoryCursor.Passed>> goOn) {
        Offset at = from;
        while (cursor.entries() < entriesMax) {
            Offset start = at;
            StreamPage page = deadline.retry(() -> deadline.streams().read(name, start));
            Iterator<Payload> payloads = page.messages().iterator();
            while (payloads.hasNext() && cursor.entries() < entriesMax) {
                if (!pass(EntryReader.read(payloads.next()), cursor, goOn)) {
                    finish(cursor, payloads, page);
                    return;
                }
            }
            cursor.pageEnds(page.next());
            at = page.next();
            if (page.upToDate()) {
                return;
            }
        }
    }

    /** Where the last message ends is known once what follows it is. */
    private static void finish(HistoryCursor cursor, Iterator<Payload> payloads, StreamPage page) {
        if (payloads.hasNext()) {
            pass(EntryReader.read(payloads.next()), cursor, (entry, passed) -> false);
        } else {
            cursor.pageEnds(page.next());
        }
    }

    private static boolean pass(
            Entry entry, HistoryCursor cursor, BiPredicate<Entry, Optional<HistoryCursor.Passed>> goOn) {
        Optional<Offset> offset = entry.headers().offset();
        if (entry instanceof Entry.Message message) {
            return goOn.test(entry, Optional.of(cursor.pass(message, offset)));
        }
        cursor.pass(entry, offset);
        return goOn.test(entry, Optional.empty());
    }

    /** A message as callers see it. */
    static HistoryMessage toHistory(Read read, SessionState state) {
        String id = read.entry().id();
        boolean shown = state.inWindow(id) != null;
        return toHistory(
                read,
                shown ? Optional.empty() : Optional.of(state.evictedFor(id).orElse("window")));
    }

    /** @param evictedFor empty if it is in the window */
    static HistoryMessage toHistory(Read read, Optional<String> evictedFor) {
        HistoryCursor.Passed passed = read.passed();
        MessageValue value = read.entry().value();
        MessageCodec.Decoded decoded = MessageCodec.decode(value);
        return new HistoryMessage(
                read.entry().id(),
                passed.system() ? OptionalInt.empty() : OptionalInt.of(passed.countBefore()),
                value.role(),
                decoded.message(),
                value.json(),
                decoded.message().map(MessageCodec::text).orElse(""),
                read.entry().headers().time(),
                passed.place().offset(),
                passed.place().after(),
                evictedFor.isEmpty(),
                evictedFor,
                passed.openCalls().isEmpty(),
                passed.inherited(),
                passed.owner(),
                read.entry().headers().before(),
                read.entry().headers().others(),
                decoded.problem());
    }

    /**
     * A piece of a session's history as it was when this was made, which can be read whatever happens to the session
     * meanwhile.
     *
     * @param start where reading begins; never moves
     * @param entriesMax how many entries the piece ends after, from the beginning of the stream
     */
    record Piece(StreamName name, HistoryCursor start, Offset from, long entriesMax) {

        /** The whole of it. */
        static Piece all(SessionLog log, SessionState state) {
            return new Piece(
                    log.name(),
                    new HistoryCursor(log.id()),
                    Offset.BEGINNING,
                    state.cursor().entries());
        }

        private static Piece from(SessionLog log, SessionState state, Optional<SessionState.Checkpoint> checkpoint) {
            Piece all = all(log, state);
            return checkpoint
                    .map(point -> new Piece(all.name, point.cursor().copy(), point.from(), all.entriesMax))
                    .orElse(all);
        }

        private Piece upTo(long entries) {
            return new Piece(name, start, from, entries);
        }
    }

    /** As {@link #read(StreamName, HistoryCursor, Offset, long, Deadline, BiPredicate)}. */
    void read(Piece piece, Deadline deadline, BiPredicate<Entry, Optional<HistoryCursor.Passed>> goOn) {
        read(piece.name(), piece.start().copy(), piece.from(), piece.entriesMax(), deadline, goOn);
    }

    /** Where messages from index {@code from} on are. */
    Piece pieceFrom(SessionLog log, SessionState state, int from) {
        return Piece.from(log, state, from == 0 ? Optional.empty() : state.checkpointBefore(from));
    }

    /**
     * Messages from index {@code from} on.
     *
     * @param limit how many at most, system messages not counted
     * @param toTheEnd whether they are the last, to which system messages belong that follow them
     */
    List<Read> page(Piece piece, int from, int limit, boolean toTheEnd, Deadline deadline) {
        List<Read> found = new ArrayList<>();
        List<Read> systems = new ArrayList<>();
        int[] counted = {0};
        read(piece, deadline, (entry, passed) -> {
            if (passed.isEmpty() || !(entry instanceof Entry.Message message)) {
                return true;
            }
            Read read = new Read(message, passed.get());
            if (read.passed().system()) {
                if (read.passed().countBefore() >= from) {
                    systems.add(read);
                }
                return true;
            }
            if (read.passed().countBefore() < from) {
                return true;
            }
            if (counted[0] >= limit) {
                return false;
            }
            found.addAll(systems);
            systems.clear();
            found.add(read);
            counted[0]++;
            return toTheEnd || counted[0] < limit;
        });
        if (toTheEnd) {
            found.addAll(systems);
        }
        return found;
    }

    /** Where one message is, most likely first: ids are ordered by time, and so are entries, nearly. */
    List<Piece> piecesWith(SessionLog log, SessionState state, String messageId) {
        List<SessionState.Checkpoint> checkpoints = state.checkpoints();
        Piece all = Piece.all(log, state);
        int at = checkpoints.size() - 1;
        while (at >= 0 && checkpoints.get(at).firstId().compareTo(messageId) > 0) {
            at--;
        }
        if (at <= 0) {
            return List.of(all);
        }
        Piece near = Piece.from(log, state, Optional.of(checkpoints.get(at - 1)));
        return at + 2 < checkpoints.size()
                ? List.of(near.upTo(checkpoints.get(at + 2).cursor().entries()), all)
                : List.of(near, all);
    }

    /** Finds one message in the first of these pieces that has it. */
    Optional<Read> find(List<Piece> pieces, String messageId, Deadline deadline) {
        List<Read> found = new ArrayList<>();
        for (Piece piece : pieces) {
            read(piece, deadline, (entry, passed) -> {
                if (passed.isPresent()
                        && entry instanceof Entry.Message message
                        && message.id().equals(messageId)) {
                    found.add(new Read(message, passed.get()));
                }
                return found.isEmpty();
            });
            if (!found.isEmpty()) {
                break;
            }
        }
        return found.stream().findFirst();
    }

    /** Finds one message. */
    Optional<Read> find(SessionLog log, SessionState state, String messageId, Deadline deadline) {
        return find(piecesWith(log, state, messageId), messageId, deadline);
    }

    /** The message of an index that the session has. */
    Read at(SessionLog log, SessionState state, int index, Deadline deadline) {
        List<Read> found = new ArrayList<>();
        read(Piece.from(log, state, state.checkpointBefore(index)), deadline, (entry, passed) -> {
            boolean isIt = passed.filter(each -> !each.system() && each.countBefore() == index)
                    .isPresent();
            if (isIt && entry instanceof Entry.Message message) {
                found.add(new Read(message, passed.get()));
            }
            return !isIt;
        });
        if (found.isEmpty()) {
            throw NoSuchMessageException.ofIndex(index, state.cursor().messages());
        }
        return found.get(0);
    }
}
