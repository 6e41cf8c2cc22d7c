package dev.anabranch.server.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer to its stream in batches: what comes within a few milliseconds goes in one append, so that a fast
 * model does not cost a sync a token.
 */
final class TurnOutput implements AgentOutput {

    private static final long BATCH_MILLIS = 40;

    private final TurnStream stream;
    private final ScheduledExecutorService timer;
    private final Object lock = new Object();

    private final List<TurnPiece> pending = new ArrayList<>(); // guarded by lock
    private final StringBuilder message =
            new StringBuilder(); // guarded by lock; what the message being written says so far
    private boolean scheduled; // guarded by lock
    private boolean ended; // guarded by lock
    private @Nullable RuntimeException failure; // guarded by lock

    private final Object writing = new Object();
    private long nextKey; // guarded by writing

    TurnOutput(TurnStream stream, ScheduledExecutorService timer) {
        this.stream = stream;
        this.timer = timer;
    }

    @Override
    public void write(String text) {
        if (text.isEmpty()) {
            return;
        }
        synchronized (lock) {
            if (!ended) {
                message.append(text);
                add(TurnPiece.of(text));
            }
        }
    }

    @Override
    public void endMessage() {
        synchronized (lock) {
            if (!ended) {
                message.setLength(0);
                add(TurnPiece.END);
            }
        }
    }

    /**
     * Takes no more, writes what is left, and answers what the message that was being written says.
     *
     * @throws RuntimeException if a part of the answer could not be written to the stream
     */
    String end() {
        synchronized (lock) {
            ended = true;
        }
        flush();
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            return message.toString();
        }
    }

    private void add(TurnPiece piece) {
        Optional<String> last = pending.isEmpty()
                ? Optional.empty()
                : pending.get(pending.size() - 1).text();
        if (last.isPresent() && piece.text().isPresent()) {
            pending.set(
                    pending.size() - 1, TurnPiece.of(last.get() + piece.text().get()));
        } else {
            pending.add(piece);
        }
        if (!scheduled) {
            scheduled = true;
            // Nobody waits for it: what goes wrong is kept and thrown at the end.
            var unused = timer.schedule(this::flushInBackground, BATCH_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void flushInBackground() {
        try {
            flush();
        } catch (RuntimeException notWritten) {
            synchronized (lock) {
                failure = notWritten;
            }
        }
    }

    private void flush() {
        synchronized (writing) {
            List<TurnPiece> pieces;
            synchronized (lock) {
                scheduled = false;
                pieces = List.copyOf(pending);
                pending.clear();
            }
            if (!pieces.isEmpty()) {
                stream.append(pieces, nextKey);
                nextKey += pieces.size();
            }
        }
    }
}
