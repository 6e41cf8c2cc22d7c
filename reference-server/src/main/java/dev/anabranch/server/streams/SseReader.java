package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.engine.StreamRead;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Offset;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** One SSE connection (section 5.8), from its first byte to its end after about a minute. */
final class SseReader extends IteratingCallback {

    /*
     * IteratingCallback runs process() on one thread at a time and never twice at once; iterate() asks for another
     * run. A run either starts one write, and the next run comes when the client has taken it, or finds nothing to do.
     * So a slow client holds one page and no thread, and an idle one holds neither.
     *
     * The flags are set by whoever has news, before they call iterate(): `woken` when the stream has changed,
     * `beat` when the client should see a sign of life, `ending` when the time is up.
     */

    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LongPoll.Room room;
    private final Exchange exchange;
    private final ReadQuery query;
    private final SseEvents events;
    private final WaitingReaders.Place place;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean beat = new AtomicBoolean();
    private volatile boolean ending;
    private volatile boolean released;
    private volatile StreamEngine.@Nullable Wait wait;
    private volatile Scheduler.@Nullable Task deadline;
    private volatile Scheduler.@Nullable Task heart;

    // Only process() and start() touch these.
    private @Nullable StreamRead pending;
    private Offset next;
    private boolean lastWritten;
    private @Nullable String cursor;

    private SseReader(LongPoll.Room room, Exchange exchange, ReadQuery query, StreamRead first) {
        this.room = room;
        this.exchange = exchange;
        this.query = query;
        this.events = new SseEvents(first.status().head().contentType());
        this.pending = first;
        this.next = first.page().next();
        this.place = room.readers().enter(this::end);
    }

    /** Answers at once if the stream cannot be read, or else begins to write events. */
    static void start(LongPoll.Room room, Exchange exchange, ReadQuery query, Duration duration) {
        StreamRead first = room.reading().readForEvents(exchange, query.offset());
        new SseReader(room, exchange, query, first).begin(duration);
    }

    private void begin(Duration duration) {
        exchange.response().setStatus(200);
        exchange.header("Content-Type", "text/event-stream");
        exchange.header("Cache-Control", "no-cache");
        exchange.header("X-Accel-Buffering", "no");
        if (events.isBase64()) {
            exchange.header(StreamHeaders.SSE_DATA_ENCODING, "base64");
        }
        // A connection without news is idle on purpose; one that does not take what is written to it still times out.
        exchange.request().addIdleTimeoutListener(timedOut -> false);
        exchange.request().addFailureListener(this::abort);
        deadline = room.scheduler().schedule(this::end, duration.toMillis(), TimeUnit.MILLISECONDS);
        scheduleBeat();
        iterate();
    }

    @Override
    protected Action process() {
        if (lastWritten) {
            return Action.SUCCEEDED;
        }
        StreamRead read = pending;
        pending = null;
        if (read == null && woken.getAndSet(false)) {
            read = readOn();
        }
        if (read != null) {
            write(read);
            return Action.SCHEDULED;
        }
        if (ending) {
            lastWritten = true;
            exchange.response().write(true, NOTHING.slice(), this);
            return Action.SCHEDULED;
        }
        if (beat.getAndSet(false)) {
            exchange.response().write(false, SseEvents.comment(), this);
            return Action.SCHEDULED;
        }
        return Action.IDLE;
    }

    private @Nullable StreamRead readOn() {
        try {
            StreamRead read = room.reading().readForEvents(exchange, next);
            if (read.page().messages().isEmpty() && !read.page().closed()) {
                await(read);
                return null;
            }
            return read;
        } catch (DurableStreamsException gone) {
            // The status line is out: all that can be said is the end. The reader learns why when it comes back.
            ending = true;
            return null;
        }
    }

    private void write(StreamRead read) {
        next = read.page().next();
        if (read.page().closed()) {
            lastWritten = true;
        } else if (read.page().upToDate()) {
            // The end of a chunk is sent with the next one, and some clients pass on whole chunks only: they would not
            // see this event before there is another.
            beat.set(true);
            await(read);
        } else {
            woken.set(true);
        }
        String last = cursor;
        cursor = last == null
                ? room.cursors().next(query.cursor())
                : room.cursors().notBehind(last);
        ByteBuffer buffer = events.of(read.page(), cursor);
        exchange.response().write(lastWritten, buffer, this);
    }

    private void await(StreamRead seen) {
        try {
            wait = room.engine().await(exchange.name(), seen.status(), () -> {
                woken.set(true);
                room.executor().execute(this::iterate);
            });
        } catch (DurableStreamsException cannotWait) {
            ending = true;
        }
        if (released) {
            release();
        }
    }

    private void scheduleBeat() {
        heart = room.scheduler()
                .schedule(
                        () -> {
                            beat.set(true);
                            room.executor().execute(this::iterate);
                            if (!released) {
                                scheduleBeat();
                            }
                        },
                        BEAT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void end() {
        ending = true;
        room.executor().execute(this::iterate);
    }

    @Override
    protected void onCompleteSuccess() {
        release();
        exchange.callback().succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
        release();
        exchange.callback().failed(failure);
    }

    private void release() {
        released = true;
        place.leave();
        StreamEngine.Wait waiting = wait;
        if (waiting != null) {
            waiting.close();
        }
        cancel(deadline);
        cancel(heart);
    }

    private static void cancel(Scheduler.@Nullable Task task) {
        if (task != null) {
            task.cancel();
        }
    }
}
