package dev.anabranch.server.access;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.stream.AppendRequest;
import dev.anabranch.stream.AppendResult;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where changes of access are written: an internal stream, one JSON line a change. */
final class AccessJournal {

    /*
     * A journal that has grown far beyond what it says is written anew at the start: what it says now goes to a journal
     * of the next number, whose first part ends with a line that says that it is complete. Only then does the old one
     * go. A crash in between leaves two: the incomplete one is dropped, or the old one is.
     */

    private static final String NAME = "access";
    private static final int READ_BYTES = 1 << 20;
    private static final int LINES_A_TIME = 5_000;
    private static final int JOURNALS = 1_000;

    /** Lines that a journal may have beyond twice what it says. */
    private static final int SLACK = 1_000;

    private final StreamEngine engine;
    private final StreamName name;

    private AccessJournal(StreamEngine engine, StreamName name) {
        this.engine = engine;
        this.name = name;
    }

    /** What a journal says. */
    record Replayed(AccessTable table, long lines, boolean complete) {}

    /** The journal of this engine, written anew if that is worth it. */
    static AccessJournal open(StreamEngine engine) {
        engine.create(named(0), CreateRequest.JSON).join();
        List<Integer> numbers = numbers(engine);
        int current = 0;
        Replayed replayed = new Replayed(new AccessTable(), 0, true);
        for (int number : numbers) {
            Replayed candidate = new AccessJournal(engine, named(number)).read();
            if (number == 0 || candidate.complete()) {
                current = number;
                replayed = candidate;
            }
        }
        if (replayed.lines() > SLACK + 2L * replayed.table().size()) {
            current = 1 + numbers.get(numbers.size() - 1);
            new AccessJournal(engine, named(current)).begin(replayed.table());
        }
        for (int number : numbers) {
            if (number != current) {
                engine.delete(named(number)).join();
            }
        }
        return new AccessJournal(engine, named(current));
    }

    private static List<Integer> numbers(StreamEngine engine) {
        String first = named(0).value();
        return engine.names(first, Optional.empty(), JOURNALS).stream()
                .map(found -> found.value().substring(first.length()))
                .filter(rest -> rest.isEmpty() || rest.matches("-[0-9]{1,9}"))
                .map(rest -> rest.isEmpty() ? 0 : Integer.parseInt(rest.substring(1)))
                .sorted()
                .toList();
    }

    private static StreamName named(int number) {
        return InternalStreams.named(number == 0 ? NAME : NAME + "-" + number);
    }

    /** What the journal says now. */
    AccessTable replay() {
        return read().table();
    }

    /** Adds changes, all or none. */
    CompletableFuture<AppendResult> append(List<AccessChange> changes) {
        return engine.append(
                name,
                AppendRequest.json(changes.stream().map(AccessChange::toJson).toList()));
    }

    private void begin(AccessTable table) {
        engine.create(name, CreateRequest.JSON).join();
        List<AccessChange> changes = new ArrayList<>(table.changes());
        changes.add(new AccessChange.Complete());
        for (int from = 0; from < changes.size(); from += LINES_A_TIME) {
            append(changes.subList(from, Math.min(changes.size(), from + LINES_A_TIME)))
                    .join();
        }
    }

    private Replayed read() {
        AccessTable table = new AccessTable();
        long lines = 0;
        boolean complete = false;
        Offset next = Offset.BEGINNING;
        StreamRead read;
        do {
            read = engine.read(name, next, READ_BYTES);
            for (Payload line : read.page().messages()) {
                AccessChange change = AccessChange.parse(line.utf8());
                table.apply(change);
                complete |= change instanceof AccessChange.Complete;
                lines++;
            }
            next = read.page().next();
        } while (!read.page().upToDate());
        return new Replayed(table, lines, complete);
    }
}
