package dev.anabranch.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.anabranch.entry.TypedEntry;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.ForwardingStreams;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.langchain4j.data.message.UserMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever reads a long history does not keep others from going on. */
class ReadingBesideTurnsTest {

    private final MemoryStreams memory = new MemoryStreams(true);
    private final Queue<Runnable> onReading = new ConcurrentLinkedQueue<>();
    private AgentSessions sessions;
    private AgentSession session;

    @BeforeEach
    void open() {
        sessions = AgentSessions.of(interrupted(memory));
        session = sessions.session("long");
        session.append(UserMessage.from("one"), UserMessage.from("two"), UserMessage.from("three"));
        session.append(SessionAppend.entry(TypedEntry.of("note", "n", JsonNodeFactory.instance.objectNode())));
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    /** Something else happens, once, when the stream is read from its beginning. */
    private DurableStreams interrupted(DurableStreams streams) {
        return new ForwardingStreams(streams) {
            @Override
            public StreamPage read(StreamName name, Offset from) {
                if (name.equals(new StreamName("sessions/long")) && from.equals(Offset.BEGINNING)) {
                    Optional.ofNullable(onReading.poll()).ifPresent(Runnable::run);
                }
                return super.read(name, from);
            }
        };
    }

    private <T> T readWhile(Runnable turn, Function<AgentSession, T> reading) {
        Thread other = new Thread(turn, "turn");
        boolean[] done = {false};
        onReading.add(() -> {
            other.start();
            done[0] = ended(other, Duration.ofSeconds(5));
        });
        T read = reading.apply(session);
        ended(other, Duration.ofMinutes(1));
        assertThat(done[0]).as("the turn, while the history was read").isTrue();
        return read;
    }

    private static boolean ended(Thread thread, Duration time) {
        try {
            thread.join(time.toMillis());
            return !thread.isAlive();
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
    }

    private void turn() {
        session.append(UserMessage.from("four"));
    }

    @Test
    void aTurnIsWrittenWhileTheWholeHistoryIsRead() {
        List<HistoryMessage> read = readWhile(this::turn, AgentSession::history);

        assertThat(read).extracting(HistoryMessage::text).containsExactly("one", "two", "three");
        assertThat(session.history()).extracting(HistoryMessage::text).containsExactly("one", "two", "three", "four");
    }

    @Test
    void aTurnIsWrittenWhileAPageIsRead() {
        HistoryPage page = readWhile(this::turn, each -> each.history(0, 2));

        assertThat(page.messages()).extracting(HistoryMessage::text).containsExactly("one", "two");
        assertThat(page.messageCount()).isEqualTo(3);
    }

    @Test
    void aTurnIsWrittenWhileTheLatestAreRead() {
        HistoryPage page = readWhile(this::turn, each -> each.latest(1));

        assertThat(page.messages()).extracting(HistoryMessage::text).containsExactly("three");
    }

    @Test
    void aTurnIsWrittenWhileAMessageIsLookedUp() {
        String id = session.history().get(1).id();

        Optional<HistoryMessage> message = readWhile(this::turn, each -> each.message(id));

        assertThat(message).map(HistoryMessage::text).contains("two");
    }

    @Test
    void aTurnIsWrittenWhileEntriesAreRead() {
        List<TypedEntry> entries = readWhile(this::turn, each -> each.entries("note"));

        assertThat(entries).hasSize(1);
    }

    @Test
    void whatLeavesTheWindowMeanwhileIsToldToHaveLeft() {
        List<HistoryMessage> read = readWhile(session::reset, AgentSession::history);

        assertThat(read).extracting(HistoryMessage::text).containsExactly("one", "two", "three");
        assertThat(read).noneMatch(HistoryMessage::inWindow);
    }

    @Test
    void aSessionThatIsDeletedMeanwhileHasNoHistory() {
        List<HistoryMessage> read = readWhile(session::delete, AgentSession::history);

        assertThat(read).isEmpty();
    }

    @Test
    void aSessionThatIsMadeAnewMeanwhileHasItsOwnHistory() {
        Runnable anew = () -> {
            session.delete();
            session.append(UserMessage.from("other"));
        };

        List<HistoryMessage> read = readWhile(anew, AgentSession::history);

        assertThat(read).extracting(HistoryMessage::text).containsExactly("other");
    }
}
