package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.Tailing;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What sessions promise of their messages. */
abstract class SessionHistoryContract extends SessionsFixture {

    @Test
    void theFirstAppendMakesTheSession() {
        AgentSession session = sessions.session(ID);
        assertThat(session.exists()).isFalse();
        assertThat(session.window()).isEmpty();
        assertThat(session.history()).isEmpty();

        Appended appended = session.append(user("hello"), ai("hi"));

        assertThat(session.exists()).isTrue();
        assertThat(appended.messages()).extracting(HistoryMessage::text).containsExactly("hello", "hi");
        assertThat(appended.tail()).isEqualTo(session.tail());
        assertThat(session.window()).containsExactly(user("hello"), ai("hi"));
        assertThat(elsewhere().session(ID).window()).containsExactly(user("hello"), ai("hi"));
        assertThat(sessions.list(SessionQuery.DEFAULTS).sessions())
                .extracting(SessionInfo::id)
                .containsExactly(ID);
        assertThat(session.stream().value()).endsWith("sessions/" + ID);
    }

    @Test
    void historyKeepsWhatTheWindowEvicted() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> all =
                List.of(SystemMessage.from("be kind"), user("one"), ai("two"), user("three"), ai("four"));
        session.updateWindow(all.subList(0, 3));
        session.updateWindow(all);
        session.updateWindow(List.of(all.get(0), all.get(3), all.get(4)));

        List<HistoryMessage> history = session.history();

        assertThat(history)
                .extracting(message -> message.message().orElseThrow())
                .isEqualTo(all);
        assertThat(history).extracting(message -> message.index().orElse(-1)).containsExactly(-1, 0, 1, 2, 3);
        assertThat(history).extracting(HistoryMessage::inWindow).containsExactly(true, false, false, true, true);
        assertThat(history.get(1).evictedFor()).contains("window");
        assertThat(history).extracting(HistoryMessage::role).containsExactly("SYSTEM", "USER", "AI", "USER", "AI");
        assertThat(session.window()).containsExactly(all.get(0), all.get(3), all.get(4));
        assertThat(elsewhere().session(ID).history()).isEqualTo(history);
    }

    @Test
    void aResetClearsTheWindowAndKeepsTheHistory() {
        AgentSession session = talk(ID, 2);
        session.reset();
        session.append(user("again"));

        assertThat(session.window()).containsExactly(user("again"));
        assertThat(session.history()).hasSize(5);
        assertThat(session.history().get(0).evictedFor()).contains("reset");
        assertThat(elsewhere().session(ID).window()).containsExactly(user("again"));
        String last = session.history().get(4).id();
        assertThat(session.fork(ForkPoint.before(last), "empty").window()).isEmpty();
        assertThat(session.fork(ForkPoint.after(last), "one").window()).containsExactly(user("again"));
        assertThat(session.fork(ForkPoint.atIndex(4), "before reset").window()).isEmpty();
        assertThat(session.fork(ForkPoint.after(session.history().get(3).id()), "full")
                        .window())
                .hasSize(4);
    }

    @Test
    void aRewindGoesOnFromAnEarlierPointAndKeepsTheTailAsABranch() {
        AgentSession session = talk(ID, 3);
        Branch abandoned = session.rewind(ForkPoint.atIndex(2));
        session.append(user("another way"));

        assertThat(session.window()).containsExactly(user("question 0"), ai("answer 0"), user("another way"));
        assertThat(session.history()).hasSize(7);
        assertThat(session.history().get(3).evictedFor()).contains("rewind");
        assertThat(abandoned.session().window()).hasSize(6);
        assertThat(session.children()).extracting(SessionInfo::id).containsExactly(abandoned.id());
        assertThat(elsewhere().session(ID).window()).isEqualTo(session.window());
    }

    @Test
    void aRewindReachesWhatLeftTheWindowLongAgo() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> first = List.of(user("first"), ai("second"));
        Appended appended = session.append(first.get(0), first.get(1));
        session.updateWindow(List.of());
        for (int batch = 0; batch < 3; batch++) {
            List<ChatMessage> many = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                many.add(user("message " + i));
            }
            session.updateWindow(many);
            session.updateWindow(List.of());
        }

        session.rewind(ForkPoint.after(appended.messages().get(1).id()));

        assertThat(session.window()).isEqualTo(first);
        assertThat(elsewhere().session(ID).window()).isEqualTo(first);
        session.append(user("another way"));
        assertThat(session.window()).hasSize(3);
    }

    @Test
    void anAppendWithAKeyHappensOnce() {
        AgentSession session = talk(ID, 1);
        SessionAppend append = SessionAppend.messages(List.of(user("brought"), ai("forward")))
                .withHeaders(Map.of("broughtFrom", "branch-1"))
                .withEntry(TypedEntry.of(
                        "bring-forward",
                        "branch-1",
                        JsonNodeFactory.instance.objectNode().put("n", 2)))
                .withIdempotencyKey("bring branch-1");

        Appended first = session.append(append);
        session.append(user("later"));
        Appended again = elsewhere().session(ID).append(append);

        assertThat(first.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(again.messages())
                .extracting(HistoryMessage::id)
                .isEqualTo(first.messages().stream().map(HistoryMessage::id).toList());
        assertThat(session.history()).hasSize(5);
        assertThat(session.history().get(2).headers()).containsEntry("broughtFrom", "branch-1");
        assertThat(session.entries("bring-forward")).hasSize(1);
        Optional<TypedEntry> receipt = session.entry("bring-forward", "branch-1");
        assertThat(receipt.orElseThrow().value().path("n").asInt()).isEqualTo(2);
        assertThatThrownBy(() -> TypedEntry.of("message", "x", JsonNodeFactory.instance.nullNode()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pagesOfALongHistoryAreRightWhereverTheyBegin() {
        AgentSession session = sessions.session(ID);
        List<ChatMessage> window = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            window.add(user("message " + i));
            if (window.size() == 50) {
                session.updateWindow(window);
                window.clear();
            }
        }
        session.updateWindow(window);
        assertThat(session.history()).hasSize(600);

        for (int from : List.of(0, 1, 255, 256, 257, 300, 511, 512, 513, 590)) {
            HistoryPage page = session.history(from, 20);
            assertThat(page.messages().get(0).text()).isEqualTo("message " + from);
            assertThat(page.messages()).hasSize(Math.min(20, 600 - from));
            assertThat(page.messages().get(0).index()).hasValue(from);
            assertThat(page.nextIndex()).isEqualTo(Math.min(600, from + 20));
            String id = page.messages().get(0).id();
            assertThat(session.message(id).orElseThrow())
                    .isEqualTo(page.messages().get(0));
        }
        assertThat(session.latest(5).messages())
                .extracting(HistoryMessage::text)
                .endsWith("message 599");
        String at = session.history(333, 1).messages().get(0).id();
        assertThat(session.fork(ForkPoint.before(at), "b").history()).hasSize(333);
        assertThat(session.fork(ForkPoint.after(at), "a").history()).hasSize(334);
        assertThat(session.fork(ForkPoint.atIndex(333), "i").history()).hasSize(333);
    }

    @Test
    void aListenerHearsWhatHappensInASessionWhoeverDoesIt() throws Exception {
        AgentSession session = talk(ID, 1);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Tailing listening = session.listen(new SessionListener() {
            @Override
            public void onMessages(List<HistoryMessage> messages) {
                messages.forEach(message ->
                        heard.add(message.text() + " " + message.index().orElse(-1)));
            }

            @Override
            public void onEvicted(String messageId, String reason) {
                heard.add("evicted for " + reason);
            }

            @Override
            public void onReset() {
                heard.add("reset");
            }

            @Override
            public void onEntry(TypedEntry entry) {
                heard.add(entry.type() + " " + entry.key());
            }
        });
        AgentSession elsewhere = elsewhere().session(ID);
        elsewhere.append(user("from elsewhere"));
        session.append(SessionAppend.messages(List.of(ai("from here")))
                .withEntry(TypedEntry.of("note", "n1", JsonNodeFactory.instance.objectNode())));
        List<ChatMessage> window = elsewhere.window();
        elsewhere.updateWindow(window.subList(1, window.size()));
        session.reset();
        session.append(user("afterwards"));

        List<String> expected =
                List.of("from elsewhere 2", "from here 3", "note n1", "evicted for window", "reset", "afterwards 4");
        for (String each : expected) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(each);
        }
        listening.close();
        assertThat(heard).isEmpty();
    }
}
