package dev.anabranch.session;

/**
 * The place in a session where a branch begins: between two messages of its history. What lies before the place is
 * inherited, what lies after it is not.
 *
 * <p>A fork point is resolved once, at the call that uses it; {@link BranchPoint} says where that was.
 */
public sealed interface ForkPoint {

    /**
     * The end of the session as it is now. While a turn runs, {@link OpenToolCalls} says what becomes of an unfinished
     * round of tool calls.
     */
    static ForkPoint now() {
        return new Now();
    }

    /** Just after a message: the branch has it, with the window as it was when the message had joined. */
    static ForkPoint after(String messageId) {
        return new After(messageId);
    }

    /** Just before a message: the branch does not have it, nor what the append that brought it evicted for it. */
    static ForkPoint before(String messageId) {
        return new Before(messageId);
    }

    /**
     * Before the message of this index, so that the branch inherits the first {@code index} messages of the full
     * history, system messages not counted. The number of messages itself is as good as {@link #now()}.
     */
    static ForkPoint atIndex(int index) {
        return new AtIndex(index);
    }

    /** See {@link ForkPoint#now()}. */
    record Now() implements ForkPoint {}

    /** See {@link ForkPoint#after}. */
    record After(String messageId) implements ForkPoint {}

    /** See {@link ForkPoint#before}. */
    record Before(String messageId) implements ForkPoint {}

    /** See {@link ForkPoint#atIndex}. */
    record AtIndex(int index) implements ForkPoint {
        public AtIndex {
            if (index < 0) {
                throw new IllegalArgumentException("index is negative: " + index);
            }
        }
    }
}
