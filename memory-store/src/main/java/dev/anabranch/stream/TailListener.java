package dev.anabranch.stream;

/** Is told what arrives on a tailed stream: one call at a time, in stream order. Must not block for long. */
public interface TailListener {

    /**
     * The next piece of the stream. Pieces join without gap or overlap; may hold no message when only {@code closed} is
     * news.
     */
    void onPage(StreamPage page);

    /**
     * The tailing has caught up: all that the stream held before {@code tail} has been told, and what follows is told
     * as it comes. Called once, after the first page that reaches the tail, or alone if there is nothing to tell; not
     * called for a stream that is closed, whose last page says so. A tailing from {@link Offset#NOW} learns here where
     * it began.
     */
    default void onCaughtUp(Offset tail) {}

    /**
     * Tailing has ended and will not go on: the stream is gone, or the server could not be reached within the
     * implementation's patience. Not called after {@link Tailing#close}.
     */
    void onFailure(DurableStreamsException failure);
}
