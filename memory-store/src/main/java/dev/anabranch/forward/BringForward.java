package dev.anabranch.forward;

import dev.anabranch.compare.CommonPrefix;
import dev.anabranch.compare.Comparison;
import dev.anabranch.compare.Transcript;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.Appended;
import dev.anabranch.session.HistoryMessage;
import dev.anabranch.session.SessionAppend;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import dev.langchain4j.data.message.UserMessage;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Brings what a branch found into another session of its tree: as one marked message at that session's current tail,
 * with a {@link Receipt} in its headers. Nothing that was there is changed. Immutable, and safe for use by many
 * threads.
 *
 * <pre>{@code
 * Brought brought = BringForward.answer(branch).into(parent);
 * }</pre>
 *
 * <p>While tool calls are open in the target, the message stands before the one that asks for them, so that the list
 * stays one that providers take.
 *
 * <p>A repeat, while the branch has not grown, appends nothing and answers the first receipt. What is brought always
 * arrives as text of a user message between markers that it cannot forge: never as a system message, never as the
 * result of a tool call.
 */
public final class BringForward {

    /** What of a branch is brought. */
    public enum Mode {
        /** Its last answer. */
        ANSWER,
        /** A summary of what it did. */
        SUMMARY,
        /** Its messages, as a transcript. */
        MESSAGES;

        /** As it stands in JSON: {@code answer}, {@code summary}, {@code messages}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The mode of this word, in any case. */
        public static Optional<Mode> ofWord(String word) {
            return Arrays.stream(values())
                    .filter(mode -> mode.word().equals(word.trim().toLowerCase(Locale.ROOT)))
                    .findFirst();
        }
    }

    /** Sums up what a branch did. May call a model, and so may throw what a model throws. */
    @FunctionalInterface
    public interface Summarizer {

        /**
         * Sums up {@code messages}: what the branch did after the common prefix, oldest first, without system messages.
         */
        String summarize(SessionInfo branch, List<HistoryMessage> messages);
    }

    /** The most characters that are brought at once; what is longer is cut in the middle, and says so. */
    public static final int CHARACTERS_MAX = 100_000;

    private final AgentSession branch;
    private final Mode mode;
    private final Summarizer summarizer;
    private final InstantSource clock;

    private BringForward(AgentSession branch, Mode mode, Summarizer summarizer, InstantSource clock) {
        this.branch = branch;
        this.mode = mode;
        this.summarizer = summarizer;
        this.clock = clock;
    }

    /** The branch's last answer. */
    public static BringForward answer(AgentSession branch) {
        return of(branch, Mode.ANSWER);
    }

    /** A summary that {@code summarizer} makes. Asked again only if the branch has grown. */
    public static BringForward summary(AgentSession branch, Summarizer summarizer) {
        return new BringForward(branch, Mode.SUMMARY, summarizer, InstantSource.system());
    }

    /** The branch's messages. */
    public static BringForward messages(AgentSession branch) {
        return of(branch, Mode.MESSAGES);
    }

    /** By mode; a summary is made without a model, as {@link Transcript#outline}. */
    public static BringForward of(AgentSession branch, Mode mode) {
        return new BringForward(branch, mode, Transcript::outline, InstantSource.system());
    }

    /** With a clock of the caller's that tells the time in the marker. */
    public BringForward withClock(InstantSource clock) {
        return new BringForward(branch, mode, summarizer, clock);
    }

    /**
     * Appends to {@code target}.
     *
     * @throws NothingToBringForwardException if the branch has no message of its own, or no answer yet
     * @throws SessionNotFoundException if there is no such branch
     */
    public Brought into(AgentSession target) {
        if (branch.id().equals(target.id())) {
            throw new NothingToBringForwardException("session '" + target.id() + "' cannot be brought into itself");
        }
        SessionInfo info = branch.info();
        int common = CommonPrefix.length(target, branch);
        List<HistoryMessage> own = ownMessages(common);
        HistoryMessage last = own.get(own.size() - 1);
        String id = receiptId(target, last);
        Receipt receipt = new Receipt(
                id,
                info.id(),
                info.label(),
                mode,
                common == 0
                        ? Optional.empty()
                        : CommonPrefix.messageAt(branch, common - 1)
                                .map(message -> message.position().offset().token()),
                last.position().offset().token(),
                own.size(),
                target.history(0, 1).messageCount() - common,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        if (mode != Mode.SUMMARY) {
            return append(target, receipt, text(info, own));
        }
        // A repeat must not pay for the model again: reading the receipts is cheaper than a summary.
        boolean repeat = Receipts.isInForce(target, id);
        return append(target, receipt, repeat ? "" : text(info, own));
    }

    /**
     * Takes what {@code receipt} speaks of out of the window of {@code target} again: by an append, for the history
     * keeps it. If the model has answered since, a message tells it to disregard what was brought. Bringing the same
     * forward once more works.
     *
     * @return false if it was not there, or taken back already
     */
    public static boolean undo(AgentSession target, Receipt receipt) {
        return Receipts.undo(target, receipt);
    }

    private List<HistoryMessage> ownMessages(int common) {
        List<HistoryMessage> own = Comparison.tailOf(branch, common).stream()
                .filter(message -> !message.role().equals("SYSTEM"))
                .toList();
        if (own.isEmpty()) {
            throw new NothingToBringForwardException("branch '" + branch.id() + "' has no messages of its own");
        }
        return own;
    }

    private String text(SessionInfo info, List<HistoryMessage> own) {
        if (mode == Mode.SUMMARY) {
            return summarizer.summarize(info, own);
        }
        if (mode == Mode.MESSAGES) {
            return Transcript.of(own);
        }
        return Comparison.answerOf(own)
                .map(HistoryMessage::text)
                .orElseThrow(
                        () -> new NothingToBringForwardException("branch '" + branch.id() + "' has no answer yet"));
    }

    private Brought append(AgentSession target, Receipt receipt, String text) {
        String id = receipt.id();
        for (int undone = 0; ; undone++) {
            Receipt numbered = undone == 0 ? receipt : receipt.withId(id + "." + undone);
            Appended appended =
                    target.append(SessionAppend.messages(List.of(UserMessage.from(Marks.around(numbered, text))))
                            .withHeaders(Map.of(Receipt.HEADER, numbered.toMap()))
                            .withEntry(Receipts.entry(numbered))
                            .withMessagesBeforeOpenToolCalls()
                            .withIdempotencyKey(numbered.id()));
            HistoryMessage message = appended.messages().get(0);
            if (!appended.repeated()) {
                return new Brought(message, numbered, false);
            }
            if (!Receipts.isUndone(target, numbered.id())) {
                return new Brought(message, Receipt.of(message).orElse(numbered), true);
            }
        }
    }

    private String receiptId(AgentSession target, HistoryMessage last) {
        return "forward-" + Digests.hex(target.id(), branch.id(), mode.word(), last.id());
    }
}
