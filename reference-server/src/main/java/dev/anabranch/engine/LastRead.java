package dev.anabranch.engine;

import dev.anabranch.storage.StreamState;
import dev.anabranch.stream.Offset;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The last read of one stream that reached its tail, for all who wait at the same place: one append wakes them at the
 * same time, and they want the same bytes. Safe for use by many threads.
 */
final class LastRead {

    private record Entry(Offset from, StreamState state, int bytes, StreamRead read) {}

    // The garbage collector takes it before long, so that it takes no memory where nobody reads.
    private volatile @Nullable WeakReference<Entry> last;

    /** The read from this place in this very state of the stream, if it was the last one and fits the limit. */
    @Nullable
    StreamRead find(Offset from, StreamState state, int bytesMax) {
        WeakReference<Entry> reference = last;
        Entry entry = reference == null ? null : reference.get();
        if (entry == null
                || !entry.state().equals(state)
                || entry.bytes() > bytesMax
                || !entry.from().equals(from)) {
            return null;
        }
        return entry.read();
    }

    void keep(Offset from, StreamState state, int bytes, StreamRead read) {
        last = new WeakReference<>(new Entry(from, state, bytes, read));
    }
}
