package dev.anabranch.server.agent;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.session.AgentSession;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.stream.StreamName;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the agent answer, one turn a session at a time. Each turn has a stream of its own, which tells its readers what
 * the agent is saying and what became of it; the session itself holds only whole messages, so nothing is ever in it
 * twice, whatever happens half-way. Safe for use by many threads.
 */
public final class Turns implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final String SERVER_STOPPED = "the server was stopped while the agent was answering";
    private static final int NAMES_A_TIME = 500;
    private static final int LAST_TURNS_MAX = 10_000;
    private static final long STOP_SECONDS = 5;

    private final AgentRunner runner;
    private final AgentSessions sessions;
    private final StreamEngine engine;
    private final ChatMemoryStore memory;
    private final Map<String, RunningTurn> running = new ConcurrentHashMap<>();
    /**
     * The newest of each session, as far as it was asked for lately: only this process makes any. Guarded by itself.
     */
    private final Map<String, StreamName> lastTurns = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StreamName> eldest) {
            return size() > LAST_TURNS_MAX;
        }
    };

    private final ExecutorService agents = Executors.newCachedThreadPool(task -> daemon(task, "agent"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "agent-output"));
    private volatile boolean closing;

    /**
     * Turns of this agent.
     *
     * @param sessions where the agent's sessions are
     * @param engine what the sessions lie on
     * @param memory the windows of the sessions, for taking back a question that got no answer
     */
    public Turns(AgentRunner runner, AgentSessions sessions, StreamEngine engine, ChatMemoryStore memory) {
        this.runner = runner;
        this.sessions = sessions;
        this.engine = engine;
        this.memory = memory;
    }

    /**
     * Marks the turns that an earlier process left unfinished as interrupted. To be called once, before any turn
     * starts.
     */
    public void recover() {
        Optional<StreamName> after = Optional.empty();
        List<StreamName> names;
        do {
            names = engine.names(TurnStream.FOLDER, after, NAMES_A_TIME);
            for (StreamName name : names) {
                TurnStream stream = new TurnStream(sessions.streams(), name);
                if (!stream.isEnded()) {
                    stream.end(TurnStatus.INTERRUPTED, Optional.of(SERVER_STOPPED));
                }
                after = Optional.of(name);
            }
        } while (names.size() == NAMES_A_TIME);
    }

    /**
     * Lets the agent answer {@code text}. Returns when the turn's stream is there, which is before the agent has begun.
     *
     * @throws AlreadyAnsweringException if the agent still answers in this session
     */
    public TurnRecord start(String session, String user, String text) {
        RunningTurn turn = new RunningTurn(newId(), session, user, text);
        if (running.putIfAbsent(session, turn) != null) {
            throw new AlreadyAnsweringException(session);
        }
        TurnStream stream = new TurnStream(sessions.streams(), TurnStream.name(session, turn.id()));
        try {
            stream.create(text);
        } catch (RuntimeException failed) {
            running.remove(session, turn);
            throw failed;
        }
        note(session, stream.name());
        agents.execute(() -> run(turn, stream));
        return new TurnRecord(turn.id(), session, text, TurnStatus.RUNNING, stream.name(), Optional.empty());
    }

    /**
     * Asks again what the last turn asked, if it ended without an answer. The question that stands unanswered leaves
     * the window first, so that the model does not read it twice.
     *
     * @return empty if there is nothing to retry
     * @throws AlreadyAnsweringException if the agent still answers in this session
     */
    public Optional<TurnRecord> retry(String session, String user) {
        if (running.containsKey(session)) {
            throw new AlreadyAnsweringException(session);
        }
        Optional<TurnRecord> last = latest(session)
                .filter(turn -> turn.status() == TurnStatus.FAILED || turn.status() == TurnStatus.INTERRUPTED);
        last.ifPresent(turn -> takeBackUnanswered(session, turn.text()));
        return last.map(turn -> start(session, user, turn.text()));
    }

    /** Stops the agent in this session. Returns false if it is not answering. */
    public boolean stop(String session) {
        RunningTurn turn = running.get(session);
        if (turn == null) {
            return false;
        }
        turn.stop();
        return true;
    }

    /** Stops the agent in this session, if it is answering, and waits a little until it has ended. */
    public void halt(String session) {
        RunningTurn turn = running.get(session);
        if (turn == null) {
            return;
        }
        turn.stop();
        try {
            if (!turn.awaitEnd(STOP_SECONDS)) {
                LOG.warn("an agent did not stop within {} seconds", STOP_SECONDS);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last turn of a session, for as long as its stream is kept. */
    public Optional<TurnRecord> latest(String session) {
        StreamName known;
        synchronized (lastTurns) {
            known = lastTurns.get(session);
        }
        Optional<StreamName> last = known == null ? listed(session) : Optional.of(known);
        last.ifPresent(name -> note(session, name));
        return last.flatMap(name -> new TurnStream(sessions.streams(), name).read());
    }

    private Optional<StreamName> listed(String session) {
        String prefix = TurnStream.FOLDER + session + "/";
        Optional<StreamName> last = Optional.empty();
        List<StreamName> names;
        do {
            names = engine.names(prefix, last, NAMES_A_TIME);
            last = names.isEmpty() ? last : Optional.of(names.get(names.size() - 1));
        } while (names.size() == NAMES_A_TIME);
        return last;
    }

    private void note(String session, StreamName last) {
        synchronized (lastTurns) {
            lastTurns.merge(session, last, (one, other) -> one.value().compareTo(other.value()) > 0 ? one : other);
        }
    }

    /** Stops all agents and waits for them a little. */
    @Override
    public void close() {
        closing = true;
        running.values().forEach(RunningTurn::stop);
        agents.shutdown();
        try {
            if (!agents.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("an agent did not stop within {} seconds", STOP_SECONDS);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }

    private void run(RunningTurn turn, TurnStream stream) {
        TurnOutput output = new TurnOutput(stream, timer);
        TurnStatus status = TurnStatus.DONE;
        Optional<String> error = Optional.empty();
        turn.runsOn(Thread.currentThread());
        try {
            runner.answer(turn, output);
        } catch (Throwable failed) {
            // Whatever the agent of an application throws, errors too: the turn must end, or its session answers no
            // more.
            status = TurnStatus.FAILED;
            error = Optional.of(messageOf(failed));
            if (!turn.isStopped()) {
                LOG.warn("an agent failed to answer in turn {}", turn.id(), failed);
            }
        } finally {
            turn.runsOn(null);
            // The interrupt was for the agent, not for what is left to write.
            Thread.interrupted();
        }
        try {
            String said = output.end();
            if (turn.isStopped()) {
                status = closing ? TurnStatus.INTERRUPTED : TurnStatus.STOPPED;
                error = closing ? Optional.of(SERVER_STOPPED) : Optional.empty();
            }
            if (status == TurnStatus.STOPPED) {
                keepWhatWasSaid(turn, said);
            }
            // Before the end is told: whoever is told may ask the next question at once.
            running.remove(turn.session(), turn);
            stream.end(status, error);
        } catch (RuntimeException notWritten) {
            // There is nobody left to tell: readers find the turn's stream open, and the next start ends it.
            LOG.error("the end of turn {} could not be written", turn.id(), notWritten);
        } finally {
            running.remove(turn.session(), turn);
            turn.hasEnded();
        }
    }

    /** A stopped answer joins the session as far as it went, so that the question does not stay unanswered. */
    private void keepWhatWasSaid(RunningTurn turn, String said) {
        AgentSession session = sessions.session(turn.session());
        List<ChatMessage> window = session.window();
        boolean unanswered = !window.isEmpty() && window.get(window.size() - 1) instanceof UserMessage;
        if (unanswered && !said.isBlank()) {
            session.append(AiMessage.from(said));
        }
    }

    private void takeBackUnanswered(String session, String text) {
        List<ChatMessage> window = memory.getMessages(session);
        for (int i = window.size() - 1; i >= 0; i--) {
            ChatMessage message = window.get(i);
            if (message instanceof AiMessage answer && !answer.hasToolExecutionRequests()) {
                return;
            }
            if (message instanceof UserMessage question) {
                if (question.hasSingleText() && question.singleText().equals(text)) {
                    memory.updateMessages(session, window.subList(0, i));
                }
                return;
            }
        }
    }

    private static String messageOf(Throwable failed) {
        String message = failed.getMessage();
        return message == null || message.isBlank() ? failed.getClass().getSimpleName() : message;
    }

    /** Time-ordered: names of streams sort by it. */
    private static String newId() {
        return String.format(
                "%013x-%s",
                System.currentTimeMillis(), UUID.randomUUID().toString().substring(0, 13));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
