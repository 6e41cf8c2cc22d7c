package dev.anabranch.session;

import dev.anabranch.entry.Entry;
import dev.anabranch.entry.EntryReader;
import dev.anabranch.entry.ToolCall;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the places that fork points of one session stand for. */
final class ForkPoints {

    /** The largest window that is copied to branches; they read larger ones from the stream. */
    private static final int SEED_MAX = 1_000;

    private final SessionWorld world;
    private final SessionLog log;
    private final HistoryReader reader;

    ForkPoints(SessionWorld world, SessionLog log) {
        this.world = world;
        this.log = log;
        this.reader = new HistoryReader();
    }

    /** Where a branch begins, open tool calls considered. */
    ForkCut resolve(ForkPoint point, OpenToolCalls policy, Deadline deadline) {
        return log.look(deadline, known -> {
            SessionState state = require(known);
            ForkCut cut = underPolicy(state, locate(state, point, deadline), policy, deadline);
            if (cut.entries() == state.cursor().entries() && state.window().size() <= SEED_MAX) {
                world.seeds()
                        .keep(
                                new Seeds.Key(
                                        log.name(),
                                        cut.position().offset(),
                                        cut.position().subOffset()),
                                state.copyFor(log.id()));
            }
            if (cut.before().isPresent() || cut.count() >= state.cursor().messages()) {
                return cut;
            }
            return cut.withBefore(at(state, cut.count(), deadline).entry().id());
        });
    }

    /** Before a message that asks for tool calls there may be another one whose calls are open. */
    private ForkCut underPolicy(SessionState state, ForkCut located, OpenToolCalls policy, Deadline deadline) {
        ForkCut cut = located.under(policy);
        while (cut.snappedBack()) {
            ForkPoint before = ForkPoint.before(cut.before().orElseThrow());
            ForkCut earlier = locate(state, before, deadline).under(policy);
            if (!earlier.snappedBack()) {
                return cut;
            }
            cut = earlier;
        }
        return cut;
    }

    /** The message of an index: mostly one of the window, which is at hand. */
    private HistoryReader.Read at(SessionState state, int index, Deadline deadline) {
        for (WindowMessage message : state.window()) {
            if (!message.passed().system() && message.passed().countBefore() == index) {
                return new HistoryReader.Read(message.entry(), message.passed());
            }
        }
        return reader.at(log, state, index, deadline);
    }

    /** Where a fork point lies, whatever is open there. */
    ForkCut locate(ForkPoint point, Deadline deadline) {
        return log.look(deadline, state -> locate(require(state), point, deadline));
    }

    private SessionState require(@Nullable SessionState state) {
        if (state == null) {
            throw new SessionNotFoundException(log.id());
        }
        return state;
    }

    private ForkCut locate(SessionState state, ForkPoint point, Deadline deadline) {
        if (point instanceof ForkPoint.Now) {
            return ForkCut.atEnd(state, openAtEnd(state));
        }
        if (point instanceof ForkPoint.After after) {
            return ForkCut.after(after.messageId(), find(state, after.messageId(), deadline));
        }
        if (point instanceof ForkPoint.Before before) {
            return ForkCut.before(before.messageId(), find(state, before.messageId(), deadline));
        }
        if (point instanceof ForkPoint.AtIndex at) {
            return atIndex(state, at.index(), deadline);
        }
        throw new AssertionError("no place for " + point);
    }

    private ForkCut atIndex(SessionState state, int index, Deadline deadline) {
        int count = state.cursor().messages();
        if (index > count) {
            throw NoSuchMessageException.ofIndex(index, count);
        }
        if (index == count) {
            return ForkCut.atEnd(state, openAtEnd(state));
        }
        HistoryReader.Read read = at(state, index, deadline);
        return ForkCut.before(read.entry().id(), read.passed());
    }

    private HistoryCursor.Passed find(SessionState state, String messageId, Deadline deadline) {
        WindowMessage shown = state.inWindow(messageId);
        if (shown != null) {
            return shown.passed();
        }
        return reader.find(log, state, messageId, deadline)
                .orElseThrow(() -> NoSuchMessageException.ofId(
                        log.id(), messageId, state.cursor().messages()))
                .passed();
    }

    /** What is open at the end of the window: there, edits in its middle count as well. */
    static Optional<ToolGroup> openAtEnd(SessionState state) {
        List<WindowMessage> window = state.window();
        List<ToolCall> answers = new ArrayList<>();
        for (int i = window.size() - 1; i >= 0; i--) {
            WindowMessage message = window.get(i);
            Optional<ToolCall> answer = message.value().answers();
            if (answer.isPresent()) {
                answers.add(answer.get());
            } else if (!message.value().calls().isEmpty()) {
                return open(message, answers);
            } else if (!message.value().isSystem()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<ToolGroup> open(WindowMessage asking, List<ToolCall> answers) {
        HistoryCursor.Passed passed = asking.passed();
        Optional<ToolGroup> group = Optional.of(new ToolGroup(
                asking.id(),
                passed.place().before(),
                passed.entriesBefore(),
                passed.countBefore(),
                passed.previousId(),
                asking.value().calls()));
        for (ToolCall answer : answers) {
            group = group.flatMap(open -> open.answered(answer));
        }
        return group;
    }

    /** The session as it was at a place. Reads all that lies before it. */
    SessionState stateAt(ForkCut cut, Deadline deadline) {
        log.look(deadline, state -> state != null);
        SessionState then = new SessionState(log.id(), true);
        Offset from = Offset.BEGINNING;
        while (then.cursor().entries() < cut.entries()) {
            Offset at = from;
            StreamPage page = deadline.retry(() -> deadline.streams().read(log.name(), at));
            for (Payload payload : page.messages()) {
                if (then.cursor().entries() == cut.entries()) {
                    break;
                }
                Entry entry = EntryReader.read(payload);
                then.apply(entry, entry.headers().offset());
            }
            then.read(page.next());
            from = page.next();
            if (page.upToDate()) {
                break;
            }
        }
        return then;
    }
}
