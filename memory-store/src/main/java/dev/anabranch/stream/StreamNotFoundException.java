package dev.anabranch.stream;

/** Thrown when an operation names a stream that does not exist. */
public final class StreamNotFoundException extends DurableStreamsException {

    private static final long serialVersionUID = 1;

    private final transient StreamName stream;

    public StreamNotFoundException(StreamName stream) {
        super("no stream named '" + stream.value() + "'", null);
        this.stream = stream;
    }

    public StreamName stream() {
        return stream;
    }
}
