package dev.anabranch.stream;

/**
 * Thrown when an operation names a stream that was deleted while forks still read it, or a place that is no longer
 * kept.
 */
public final class StreamGoneException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    private final transient StreamName stream;

    public StreamGoneException(StreamName stream) {
        super("stream '" + stream.value() + "' was deleted", null);
        this.stream = stream;
    }

    public StreamName stream() {
        return stream;
    }
}
