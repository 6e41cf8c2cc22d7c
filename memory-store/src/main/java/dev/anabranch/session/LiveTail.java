package dev.anabranch.session;

import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import dev.anabranch.stream.StreamPage;
import dev.anabranch.stream.TailListener;
import dev.anabranch.stream.Tailing;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What a session's stream sends while it is followed, kept until somebody looks. Safe for use by many threads. */
final class LiveTail implements AutoCloseable {

    private static final int PAGES_WAITING_MAX = 64;

    private final Queue<StreamPage> arrived = new ConcurrentLinkedQueue<>();
    private volatile boolean failed;
    private volatile @Nullable Tailing tailing;

    private LiveTail() {}

    /** Follows the stream from {@code from} on. */
    static LiveTail start(DurableStreams streams, StreamName name, Offset from) {
        LiveTail tail = new LiveTail();
        tail.tailing = streams.tail(name, from, tail.new Arrivals());
        return tail;
    }

    /** Whether pages are missing from now on: the stream cannot be followed, or nobody looked for too long. */
    boolean hasFailed() {
        return failed;
    }

    /** The page that arrived next, or null if all that arrived were taken. */
    @Nullable
    StreamPage poll() {
        return arrived.poll();
    }

    @Override
    public void close() {
        Tailing following = tailing;
        if (following != null) {
            following.close();
        }
    }

    private final class Arrivals implements TailListener {

        @Override
        public void onPage(StreamPage page) {
            if (arrived.size() >= PAGES_WAITING_MAX) {
                failed = true; // nobody looks: whoever does next reads on by itself
                return;
            }
            arrived.add(page);
        }

        @Override
        public void onFailure(DurableStreamsException failure) {
            failed = true;
        }
    }
}
