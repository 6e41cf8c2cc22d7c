package dev.anabranch.session;

import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.EntryWriter;
import dev.anabranch.entry.Json;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamNotFoundException;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.StreamsUnavailableException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** The stream that lists sessions, and what this process knows of it. Safe for use by many threads. */
final class Directory {

    /*
     * A session's line is written before its stream is made, and removed after its stream is gone. So a crash in between
     * leaves a line without a stream, which a listing can find and remove, and never a stream that nobody can find.
     *
     * Every append carries as Stream-Seq the tail that its writer believes in, which the server refuses if another append
     * carried the same or a later one. Lines of new branches and changes of lines depend on what was read, and are
     * thought over when refused: that is what makes limits on branches, and labels that differ, hold across processes.
     * Other events are appended whatever was there; each says all of its line, so that writing one twice does no harm.
     */

    private final StreamName name;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private DirectoryState state = new DirectoryState(); // guarded by lock
    /** Where to read on; everything before it is in the state. */
    private Offset next = Offset.BEGINNING; // guarded by lock
    /** Where the stream ends, as far as is known. */
    private Offset tail = Offset.BEGINNING; // guarded by lock

    Directory(StreamName name, InstantSource clock) {
        this.name = name;
        this.clock = clock;
    }

    StreamName name() {
        return name;
    }

    /** Where the directory goes on, seen from within {@link #look}. */
    Offset next() {
        return next;
    }

    /** Looks at the directory as it is now. */
    <T> T look(Deadline deadline, Function<DirectoryState, T> question) {
        deadline.lock(lock);
        try {
            readOn(deadline);
            return question.apply(state);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a session's line, if there is none of its generation yet. */
    void add(SessionRecord record, Deadline deadline) {
        EntryWriter writer = new EntryWriter("", clock.instant(), Optional.empty());
        writer.session(record.id(), "insert", record.toJson());
        append(writer.entries(), deadline);
    }

    /** Removes the lines of sessions, unless they are of a later generation. */
    void remove(List<SessionRecord> records, Deadline deadline) {
        if (records.isEmpty()) {
            return;
        }
        EntryWriter writer = new EntryWriter("", clock.instant(), Optional.empty());
        for (SessionRecord record : records) {
            writer.session(record.id(), "delete", Json.object().put("generation", record.generation()));
        }
        append(writer.entries(), deadline);
    }

    /**
     * What to write, seen the directory as it is.
     *
     * @param operation {@code insert} for new lines, {@code update} for changed ones
     * @param records none for nothing to write
     */
    record Change<T>(String operation, List<SessionRecord> records, T answer) {}

    /**
     * Writes by compare-and-set: {@code plan} is asked until what it saw is what was there when its lines were written.
     */
    <T> T change(Deadline deadline, Function<DirectoryState, Change<T>> plan) {
        String txid = Ids.random();
        deadline.lock(lock);
        try {
            readOn(deadline);
            while (true) {
                Change<T> change = plan.apply(state);
                if (change.records().isEmpty() || tryChange(change, txid, deadline)) {
                    return change.answer();
                }
                readOn(deadline);
                if (state.hasSeen(txid)) {
                    return change.answer(); // an attempt whose answer was lost
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean tryChange(Change<?> change, String txid, Deadline deadline) {
        EntryWriter writer = new EntryWriter(txid, clock.instant(), Optional.empty());
        change.records().forEach(record -> writer.session(record.id(), change.operation(), record.toJson()));
        try {
            return tryAppend(deadline, writer.entries(), next);
        } catch (StreamNotFoundException firstTime) {
            create(deadline);
            return false;
        } catch (StreamsUnavailableException unknown) {
            deadline.pauseOrThrow(unknown);
            return false;
        }
    }

    /** Appends whatever others do. Done twice, when an answer is lost, it does no harm. */
    private void append(List<String> entries, Deadline deadline) {
        deadline.lock(lock);
        try {
            if (tail.isSentinel()) {
                tail = create(deadline);
            }
            while (!deadline.retry(() -> tryAppend(deadline, entries, tail))) {
                if (deadline.isOver()) {
                    throw new StreamsUnavailableException(
                            StreamsUnavailableException.Cause.CONNECTION,
                            StreamsUnavailableException.Outcome.NOT_DONE,
                            "the directory is written by too many at once",
                            null);
                }
            }
        } catch (StreamNotFoundException deleted) {
            tail = create(deadline);
            deadline.retry(() -> tryAppend(deadline, entries, tail));
        } finally {
            lock.unlock();
        }
    }

    /** Every append carries the tail it believes in: only so does a refusal mean that others have written. */
    private boolean tryAppend(Deadline deadline, List<String> entries, Offset believed) {
        AppendResult result =
                deadline.streams().append(name, AppendRequest.json(entries).withSequence(believed.token()));
        if (result instanceof AppendResult.Appended appended) {
            tail = appended.tail();
            return true;
        }
        if (result instanceof AppendResult.SequenceConflict conflict) {
            tail = conflict.tail();
            return false;
        }
        throw new AssertionError("append to the directory gave " + result);
    }

    private Offset create(Deadline deadline) {
        CreateResult result = deadline.retry(() -> deadline.streams().create(name, CreateRequest.JSON));
        if (result instanceof CreateResult.Created created) {
            return created.head().tail();
        }
        if (result instanceof CreateResult.AlreadyExists there) {
            return there.head().tail();
        }
        return deadline.streams()
                .head(name)
                .orElseThrow(() -> new StreamNotFoundException(name))
                .tail();
    }

    private void readOn(Deadline deadline) {
        try {
            deadline.retry(() -> readPages(deadline.streams()));
        } catch (StreamNotFoundException none) {
            state = new DirectoryState();
            next = Offset.BEGINNING;
            create(deadline);
            deadline.retry(() -> readPages(deadline.streams()));
        } catch (InvalidRequestException otherDirectory) {
            if (next.isSentinel()) {
                throw otherDirectory;
            }
            state = new DirectoryState();
            next = Offset.BEGINNING;
            deadline.retry(() -> readPages(deadline.streams()));
        }
    }

    private Offset readPages(DurableStreams streams) {
        while (true) {
            StreamPage page = streams.read(name, next);
            for (Payload payload : page.messages()) {
                state.apply(EntryReader.read(payload));
            }
            next = page.next();
            if (page.upToDate()) {
                tail = next;
                return next;
            }
        }
    }

    /**
     * Those of {@code lines} whose stream is there. The lines of others are removed, unless they are young and their
     * streams may be about to be made: younger than their TTL, if they have one.
     */
    List<DirectoryState.Line> existing(
            List<DirectoryState.Line> lines, Function<SessionRecord, Boolean> exists, Deadline deadline) {
        List<DirectoryState.Line> there = new ArrayList<>();
        List<SessionRecord> missing = new ArrayList<>();
        for (DirectoryState.Line line : lines) {
            if (line.isVerifiedAt(clock.instant()) || exists.apply(line.record())) {
                line.verifiedAt(clock.instant());
                there.add(line);
            } else if (line.isOldAt(clock.instant())
                    || line.hasBeenVerified()
                    || line.mayHaveExpiredAt(clock.instant())) {
                missing.add(line.record());
            }
        }
        try {
            remove(missing, deadline);
        } catch (DurableStreamsException nextListing) {
            // A listing that could be made is worth more than its repair: the next one tries again.
            return there;
        }
        return there;
    }
}
