package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.stream.DurableStreams;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a turn at the end of a long window looks at, counted and not timed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlainTurnTest {

    private static final int MESSAGES = 10_000;

    private final DurableStreams streams = new MemoryStreams(true);
    private AgentSessions sessions;
    private StreamSession session;

    @BeforeAll
    void open() {
        sessions = AgentSessions.of(streams);
        session = (StreamSession) sessions.session("long");
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            messages.add(i % 2 == 0 ? UserMessage.from("question " + i) : AiMessage.from("answer " + i));
        }
        session.updateWindow(messages);
    }

    @AfterAll
    void close() {
        sessions.close();
    }

    /** Counts how often an element is looked at. */
    private static final class CountedList extends AbstractList<ChatMessage> {
        private final List<ChatMessage> list;
        private int looks;

        private CountedList(List<ChatMessage> list) {
            this.list = list;
        }

        @Override
        public ChatMessage get(int index) {
            looks++;
            return list.get(index);
        }

        @Override
        public int size() {
            return list.size();
        }
    }

    private void plan(List<ChatMessage> list, BiConsumer<WindowPlan, Integer> check) {
        SessionLog log = session.log();
        log.look(new Deadline(sessions.streams(), Duration.ofMinutes(1)), state -> {
            if (state == null) {
                throw new AssertionError("the session is gone");
            }
            CountedList counted = new CountedList(list);
            Seen seen = new WindowLists(log).seenBy(state, counted);
            check.accept(new WindowPlan(state, log.instances(), list, seen), counted.looks);
            return list;
        });
    }

    private static void assertPlain(WindowPlan plan, int looks, int evictions, int puts) {
        assertThat(plan.recognised()).as("matched one by one").isEmpty();
        assertThat(plan.evictions()).hasSize(evictions);
        assertThat(plan.puts()).hasSize(puts);
        assertThat(looks).as("elements looked at for what the writer had seen").isLessThanOrEqualTo(puts + 4);
    }

    @Test
    void aMessageAddedToTheListThatWasReadLooksAtTheEndOnly() {
        List<ChatMessage> list = session.window();
        list.add(UserMessage.from("and now?"));

        plan(list, (plan, looks) -> assertPlain(plan, looks, 0, 1));
    }

    @Test
    void aFullWindowThatMovesOnIsShiftedAndAppended() {
        List<ChatMessage> list = session.window();
        list.remove(0);
        list.add(UserMessage.from("and now?"));

        plan(list, (plan, looks) -> assertPlain(plan, looks, 1, 1));
    }

    @Test
    void aMessageAddedAfterAnotherOfThisProcessIsPlainAsWell() {
        List<ChatMessage> list = session.window();
        list.add(UserMessage.from("and now?"));
        session.updateWindow(list);
        List<ChatMessage> next = session.window();
        next.add(AiMessage.from("now this"));

        plan(next, (plan, looks) -> assertPlain(plan, looks, 0, 1));
    }

    @Test
    void aSystemMessageAtTheFrontStaysWhereItIsWhenTheOldestLeaves() {
        List<ChatMessage> list = session.window();
        list.remove(1);
        list.add(UserMessage.from("and now?"));

        plan(list, (plan, looks) -> assertPlain(plan, looks, 1, 1));
    }

    @Test
    void aListThatWasMadeElsewhereIsMatchedOneByOne() {
        List<ChatMessage> list = new ArrayList<>(session.window());
        list.set(0, UserMessage.from("question 0"));

        plan(list, (plan, looks) -> assertThat(plan.recognised()).hasSize(list.size()));
    }
}
