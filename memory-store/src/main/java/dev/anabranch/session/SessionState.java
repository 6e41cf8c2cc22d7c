package dev.anabranch.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.anabranch.entry.Entry;
import dev.anabranch.stream.Offset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a session's entries add up to: the window, and where things are. Not safe for use by many threads. */
final class SessionState {

    private static final int CHECKPOINT_EVERY = 256;

    /** Where the history can be read from without reading what lies before. */
    record Checkpoint(HistoryCursor cursor, Offset from, String firstId) {}

    private final String session;
    private final HistoryCursor cursor;
    private final List<WindowMessage> window = new ArrayList<>();
    private final Map<String, WindowMessage> inWindow = new HashMap<>();
    private final EvictedMessages evicted;
    private final Map<String, List<String>> idempotent = new HashMap<>();
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    /** Entries this process wrote and has not read back: they are applied already. */
    private final Deque<String> unverified = new ArrayDeque<>();

    private Offset verified = Offset.BEGINNING;
    private Offset tail = Offset.BEGINNING;
    private JsonNode record = MissingNode.getInstance();
    private @Nullable WindowMessage last;
    private long bytes;
    private final boolean keepAll;
    private String keyedTxid = "";
    private List<String> keyedIds = new ArrayList<>();

    /** @param keepAll remembers every evicted message: for streams that bring back what left long ago */
    SessionState(String session, boolean keepAll) {
        this(session, new HistoryCursor(session), keepAll);
    }

    private SessionState(String session, HistoryCursor cursor, boolean keepAll) {
        this.session = session;
        this.cursor = cursor;
        this.keepAll = keepAll;
        this.evicted = new EvictedMessages(keepAll);
    }

    /** The state of a branch that shares everything so far, before its own first entry. */
    SessionState copyFor(String branch) {
        SessionState copy = new SessionState(branch, cursor.copyFor(branch), keepAll);
        for (WindowMessage message : window) {
            WindowMessage inherited = message.inherited();
            copy.window.add(inherited);
            copy.inWindow.put(inherited.id(), inherited);
        }
        copy.evicted.inherit(evicted);
        copy.checkpoints.addAll(checkpoints.stream()
                .map(each -> new Checkpoint(each.cursor().copyFor(branch), each.from(), each.firstId()))
                .toList());
        copy.last = last;
        copy.bytes = bytes;
        return copy;
    }

    HistoryCursor cursor() {
        return cursor;
    }

    /** The tail as this process knows it, its own appends included. */
    Offset tail() {
        return tail;
    }

    /** Where to read on. */
    Offset verified() {
        return verified;
    }

    /** The session's own latest {@code session} entry; missing if it has none. */
    JsonNode record() {
        return record;
    }

    List<WindowMessage> window() {
        return Collections.unmodifiableList(window);
    }

    @Nullable
    WindowMessage inWindow(String id) {
        return inWindow.get(id);
    }

    /** Whether a message is in the window, or is remembered to have left it. */
    boolean has(String id) {
        return inWindow.containsKey(id) || evicted.by(id).isPresent();
    }

    /** The number of the entry that evicted a message, if that is remembered. */
    Optional<Long> evictedBy(String id) {
        return evicted.by(id);
    }

    /** Why a message left the window, if that is remembered. */
    Optional<String> evictedFor(String id) {
        return evicted.reason(id);
    }

    @Nullable
    WindowMessage lastMessage() {
        return last;
    }

    /** The messages of an earlier append with this key. */
    Optional<List<String>> idempotent(String key) {
        return Optional.ofNullable(idempotent.get(key));
    }

    /** About how much memory the window takes. */
    long bytes() {
        return bytes + evicted.bytes() + 64L * window.size();
    }

    Optional<Checkpoint> checkpointBefore(int messageIndex) {
        for (int i = checkpoints.size() - 1; i >= 0; i--) {
            if (checkpoints.get(i).cursor().messages() <= messageIndex) {
                return Optional.of(checkpoints.get(i));
            }
        }
        return Optional.empty();
    }

    List<Checkpoint> checkpoints() {
        return Collections.unmodifiableList(checkpoints);
    }

    /** How many entries this process wrote and has not read back. */
    int unverified() {
        return unverified.size();
    }

    boolean hasUnverified() {
        return !unverified.isEmpty();
    }

    /** Whether {@code entry} is the next of those this process wrote; then it is done with. */
    boolean verifies(Entry entry) {
        if (!entry.fingerprint().equals(unverified.peekFirst())) {
            return false;
        }
        unverified.removeFirst();
        return true;
    }

    /** Everything up to {@code next} has been read. */
    void read(Offset next) {
        verified = next;
        if (unverified.isEmpty()) {
            cursor.pageEnds(next);
            tail = next;
        }
    }

    /** Applies what this process appended itself, as the answer of the server describes it. */
    void applyOwn(List<Entry> entries, Offset newTail, boolean verify) {
        for (Entry entry : entries) {
            apply(entry, Optional.of(newTail));
            if (verify) {
                unverified.addLast(entry.fingerprint());
            }
        }
        cursor.pageEnds(newTail);
        tail = newTail;
        if (!verify) {
            verified = newTail;
        }
    }

    void apply(Entry entry, Optional<Offset> offset) {
        if (entry instanceof Entry.Message message) {
            join(message, offset);
            return;
        }
        cursor.pass(entry, offset);
        long number = cursor.entries() - 1;
        noteKey(entry, Optional.empty());
        if (entry instanceof Entry.Evicted evicted) {
            evict(evicted.id(), evicted.reason(), number);
        } else if (entry instanceof Entry.BroughtBack back) {
            bringBack(back, number);
        } else if (entry instanceof Entry.Reset) {
            List.copyOf(window).forEach(message -> evict(message.id(), "reset", number));
        } else if (entry instanceof Entry.Session made && made.id().equals(session)) {
            record = made.value();
        }
    }

    private void join(Entry.Message entry, Optional<Offset> offset) {
        if (cursor.beginsGroup(offset) && cursor.messages() >= nextCheckpoint()) {
            checkpoints.add(new Checkpoint(cursor.copy(), cursor.groupEnd(), entry.id()));
        }
        HistoryCursor.Passed passed = cursor.pass(entry, offset);
        noteKey(entry, Optional.of(entry.id()));
        if (inWindow.containsKey(entry.id()) || evicted.holds(entry.id())) {
            return; // written twice by someone who does not check: the first counts
        }
        WindowMessage message = new WindowMessage(entry, passed);
        put(message, entry.headers().before());
        last = message;
    }

    private int nextCheckpoint() {
        return checkpoints.isEmpty()
                ? CHECKPOINT_EVERY
                : checkpoints.get(checkpoints.size() - 1).cursor().messages() + CHECKPOINT_EVERY;
    }

    private void put(WindowMessage message, Optional<String> before) {
        int at = before.map(this::placeOf).orElse(-1);
        if (at < 0) {
            window.add(message);
        } else {
            window.add(at, message);
        }
        inWindow.put(message.id(), message);
        bytes += message.value().json().length();
    }

    private int placeOf(String id) {
        if (!inWindow.containsKey(id)) {
            return -1;
        }
        for (int i = 0; i < window.size(); i++) {
            if (window.get(i).id().equals(id)) {
                return i;
            }
        }
        throw new AssertionError("window has lost " + id);
    }

    private void evict(String id, String reason, long entry) {
        WindowMessage message = inWindow.get(id);
        if (message == null) {
            return;
        }
        window.remove(placeOf(id));
        inWindow.remove(id);
        bytes -= message.value().json().length();
        message.changedBy(entry);
        evicted.add(message, reason);
    }

    private void bringBack(Entry.BroughtBack back, long entry) {
        if (inWindow.containsKey(back.id())) {
            return;
        }
        WindowMessage message = evicted.take(back.id()).orElseThrow(ForgottenMessage::new);
        message.changedBy(entry);
        put(message, back.headers().before());
    }

    private void noteKey(Entry entry, Optional<String> messageId) {
        Optional<String> key = entry.headers().idempotencyKey();
        String txid = entry.headers().txid().orElse("");
        if (key.isPresent()) {
            keyedIds = new ArrayList<>();
            keyedTxid = txid;
            idempotent.put(key.get(), keyedIds);
        } else if (txid.isEmpty() || !txid.equals(keyedTxid)) {
            return;
        }
        messageId.ifPresent(keyedIds::add);
    }

    /** A message is brought back whose content is not in memory: the state must be built again from the stream. */
    static final class ForgottenMessage extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
