package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.session.HistoryReader.Piece;
import dev.anabranch.session.HistoryReader.Read;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.StreamGoneException;
import dev.anabranch.stream.StreamNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The history of a session, for everybody to read while turns go on. */
final class OpenHistory {

    /*
     * A history may be long, and the session's lock is held for short: once to see where to read, and once to say of what
     * was read how it stands in the window now. In between the stream is read as far as it went at first, and what lies
     * before an offset never changes. Only the stream as a whole may have gone meanwhile, and another come: then all is
     * done once more.
     */

    private final SessionWorld world;
    private final SessionLog log;
    private final HistoryReader reader;

    OpenHistory(SessionWorld world, SessionLog log) {
        this.world = world;
        this.log = log;
        this.reader = new HistoryReader();
    }

    /** Where to read, and what. */
    private record Wanted(Piece piece, int from, int limit, int count) {

        boolean reachesTheEnd() {
            return from + (long) limit >= count;
        }

        int next() {
            return (int) Math.min(count, from + (long) limit);
        }
    }

    /** Everything; nothing if there is no session. */
    List<HistoryMessage> all() {
        Deadline deadline = world.deadline();
        return unlessReplaced(() -> {
            Wanted wanted = log.look(deadline, state -> state == null ? null : wanted(state, 0, Integer.MAX_VALUE));
            return wanted == null ? List.of() : page(wanted, deadline).messages();
        });
    }

    HistoryPage page(int from, int limit) {
        Deadline deadline = world.deadline();
        return unlessReplaced(() -> page(log.look(deadline, state -> wanted(require(state), from, limit)), deadline));
    }

    HistoryPage latest(int limit) {
        Deadline deadline = world.deadline();
        return unlessReplaced(() -> page(
                log.look(
                        deadline,
                        state -> wanted(
                                require(state),
                                Math.max(0, require(state).cursor().messages() - limit),
                                limit)),
                deadline));
    }

    Optional<HistoryMessage> message(String messageId) {
        Deadline deadline = world.deadline();
        return unlessReplaced(() -> {
            List<Piece> pieces = log.look(deadline, state -> reader.piecesWith(log, require(state), messageId));
            List<Read> found = reader.find(pieces, messageId, deadline).stream().toList();
            return shown(found, deadline).stream().findFirst();
        });
    }

    /** Entries of one type; none if there is no session. */
    List<TypedEntry> entries(String type) {
        Deadline deadline = world.deadline();
        return unlessReplaced(() -> {
            List<TypedEntry> found = new ArrayList<>();
            Piece piece = log.look(deadline, state -> state == null ? null : Piece.all(log, state));
            if (piece != null) {
                reader.read(piece, deadline, (entry, passed) -> {
                    if (entry instanceof Entry.Other other && other.type().equals(type)) {
                        found.add(StreamSession.toTyped(other));
                    }
                    return true;
                });
            }
            return found;
        });
    }

    private Wanted wanted(SessionState state, int from, int limit) {
        return new Wanted(
                reader.pieceFrom(log, state, from), from, limit, state.cursor().messages());
    }

    private HistoryPage page(Wanted wanted, Deadline deadline) {
        if (wanted.from() >= wanted.count() && wanted.from() > 0) {
            return new HistoryPage(List.of(), wanted.count(), wanted.count());
        }
        List<Read> read = reader.page(wanted.piece(), wanted.from(), wanted.limit(), wanted.reachesTheEnd(), deadline);
        return new HistoryPage(shown(read, deadline), wanted.next(), wanted.count());
    }

    private List<HistoryMessage> shown(List<Read> read, Deadline deadline) {
        return log.recall(deadline, state -> {
            SessionState now = require(state);
            return read.stream().map(each -> HistoryReader.toHistory(each, now)).toList();
        });
    }

    private SessionState require(@Nullable SessionState state) {
        if (state == null) {
            throw new SessionNotFoundException(log.id());
        }
        return state;
    }

    private interface Reading<T> {
        T read();
    }

    /** Reads, and once more if the stream went away in the middle: then there is no session, or a new one. */
    private static <T> T unlessReplaced(Reading<T> reading) {
        try {
            return reading.read();
        } catch (StreamNotFoundException
                | StreamGoneException
                | InvalidRequestException
                | SessionNotFoundException gone) {
            return reading.read();
        }
    }
}
