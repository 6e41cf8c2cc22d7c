package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamPage;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One long-poll (section 5.7): answers with data as soon as there is some, and with 204 when the stream is closed or
 * the time is up. Between two looks at the stream it holds no thread.
 */
final class LongPoll {

    /** What all live reads share. */
    record Room(
            StreamEngine engine,
            Reading reading,
            Cursors cursors,
            WaitingReaders readers,
            Executor executor,
            Scheduler scheduler) {}

    private final Room room;
    private final Exchange exchange;
    private final ReadQuery query;
    private final Offset from;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final WaitingReaders.Place place;
    private volatile StreamPage last;
    private volatile StreamEngine.@Nullable Wait wait;
    private volatile Scheduler.@Nullable Task deadline;

    private LongPoll(Room room, Exchange exchange, ReadQuery query, StreamRead first) {
        this.room = room;
        this.exchange = exchange;
        this.query = query;
        this.from = first.page().next();
        this.last = first.page();
        this.place = room.readers().enter(() -> room.executor().execute(this::giveUp));
    }

    /** Answers at once if there is something to say, or else when there is. */
    static void start(Room room, Exchange exchange, ReadQuery query, Duration timeout) {
        StreamRead first = room.reading().read(exchange, query.offset());
        if (!first.page().messages().isEmpty()) {
            answerData(room, exchange, query, first);
        } else if (first.page().closed() || timeout.isZero()) {
            answerNothing(room, exchange, query, first.page());
        } else {
            new LongPoll(room, exchange, query, first).waitFor(first, timeout);
        }
    }

    private void waitFor(StreamRead seen, Duration timeout) {
        // A waiting connection is idle on purpose.
        exchange.request().addIdleTimeoutListener(timedOut -> false);
        exchange.request().addFailureListener(gone -> {
            if (end()) {
                exchange.callback().failed(gone);
            }
        });
        deadline = room.scheduler()
                .schedule(() -> room.executor().execute(this::giveUp), timeout.toMillis(), TimeUnit.MILLISECONDS);
        await(seen);
    }

    private void await(StreamRead seen) {
        try {
            wait = room.engine()
                    .await(exchange.name(), seen.status(), () -> room.executor().execute(this::look));
        } catch (LimitExceededException tooMany) {
            fail(new ProblemException(Problem.busy("too many readers are waiting already")));
        } catch (RuntimeException failure) {
            fail(failure);
        }
        if (answered.get()) {
            release();
        }
    }

    private void look() {
        if (answered.get()) {
            return;
        }
        try {
            StreamRead read = room.reading().read(exchange, from);
            last = read.page();
            if (read.page().messages().isEmpty() && !read.page().closed()) {
                await(read);
            } else if (end()) {
                if (read.page().messages().isEmpty()) {
                    answerNothing(room, exchange, query, read.page());
                } else {
                    answerData(room, exchange, query, read);
                }
            }
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    private void giveUp() {
        if (end()) {
            answerNothing(room, exchange, query, last);
        }
    }

    private void fail(Throwable failure) {
        if (end()) {
            exchange.fail(failure);
        }
    }

    /** True for the one caller who may answer. */
    private boolean end() {
        if (!answered.compareAndSet(false, true)) {
            return false;
        }
        release();
        return true;
    }

    private void release() {
        place.leave();
        StreamEngine.Wait waiting = wait;
        if (waiting != null) {
            waiting.close();
        }
        Scheduler.Task task = deadline;
        if (task != null) {
            task.cancel();
        }
    }

    private static void answerData(Room room, Exchange exchange, ReadQuery query, StreamRead read) {
        exchange.header(StreamHeaders.CURSOR, room.cursors().next(query.cursor()));
        if (query.offset().equals(Offset.NOW)) {
            room.reading().fresh(exchange, read);
        } else {
            room.reading().conditional(exchange, read);
        }
    }

    private static void answerNothing(Room room, Exchange exchange, ReadQuery query, StreamPage page) {
        exchange.header("Cache-Control", "no-store");
        if (!page.closed()) {
            exchange.header(StreamHeaders.CURSOR, room.cursors().next(query.cursor()));
        }
        Reading.state(exchange, page);
        exchange.reply(204);
    }
}
