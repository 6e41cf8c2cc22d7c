package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.MessageValue;
import dev.langchain4j.data.message.ChatMessage;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message as the state of a session holds it: decoded when it is first wanted. */
final class WindowMessage {

    private final Entry.Message entry;
    private final HistoryCursor.Passed passed;
    private @Nullable ChatMessage message;
    private boolean decoded;
    private long lastChange;

    WindowMessage(Entry.Message entry, HistoryCursor.Passed passed) {
        this.entry = entry;
        this.passed = passed;
        this.lastChange = passed.entry();
    }

    /** The same message in a branch. */
    WindowMessage inherited() {
        WindowMessage copy = new WindowMessage(entry, passed.inBranch());
        copy.message = message;
        copy.decoded = decoded;
        copy.lastChange = lastChange;
        return copy;
    }

    String id() {
        return entry.id();
    }

    MessageValue value() {
        return entry.value();
    }

    Entry.Message entry() {
        return entry;
    }

    HistoryCursor.Passed passed() {
        return passed;
    }

    Optional<Instant> time() {
        return entry.headers().time();
    }

    /** The number of the entry that last brought it into the window or out of it. */
    long lastChange() {
        return lastChange;
    }

    void changedBy(long entry) {
        lastChange = entry;
    }

    /** Empty if this version cannot read it. */
    Optional<ChatMessage> message() {
        if (!decoded) {
            message = MessageCodec.decode(entry.value()).message().orElse(null);
            decoded = true;
        }
        return Optional.ofNullable(message);
    }

    /** The instance that a caller handed in, which is equal to what the stream holds. */
    void decodedAs(ChatMessage instance) {
        message = instance;
        decoded = true;
    }

    boolean isDecoded() {
        return decoded;
    }
}
