package dev.anabranch.stream;

import java.util.Optional;

/** Streams that hand every call on to others. A test overrides what shall be different. */
public class ForwardingStreams implements DurableStreams {

    private final DurableStreams streams;

    public ForwardingStreams(DurableStreams streams) {
        this.streams = streams;
    }

    @Override
    public CreateResult create(StreamName name, CreateRequest request) {
        return streams.create(name, request);
    }

    @Override
    public CreateResult fork(StreamName fork, ForkRequest request) {
        return streams.fork(fork, request);
    }

    @Override
    public AppendResult append(StreamName name, AppendRequest request) {
        return streams.append(name, request);
    }

    @Override
    public StreamPage read(StreamName name, Offset from) {
        return streams.read(name, from);
    }

    @Override
    public Tailing tail(StreamName name, Offset from, TailListener listener) {
        return streams.tail(name, from, listener);
    }

    @Override
    public Optional<StreamHead> head(StreamName name) {
        return streams.head(name);
    }

    @Override
    public boolean delete(StreamName name) {
        return streams.delete(name);
    }

    @Override
    public void close() {
        streams.close();
    }
}
