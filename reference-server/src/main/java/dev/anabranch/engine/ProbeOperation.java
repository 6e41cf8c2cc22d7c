package dev.anabranch.engine;

import dev.anabranch.storage.StorageCallback;
import dev.anabranch.storage.StreamStorage;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamsUnavailableException;

/** Makes a note of a single byte durable, to find out whether the store takes writes. */
final class ProbeOperation extends Operation<Payload> {

    private static final String NOTE = "probe";
    private static final Payload CONTENT = Payload.wrap(new byte[] {1});

    private final StreamStorage storage;

    ProbeOperation(StreamStorage storage) {
        this.storage = storage;
    }

    @Override
    void attempt() {
        storage.writeNote(NOTE, CONTENT, new StorageCallback<>() {
            @Override
            public void done(Payload written) {
                complete(written);
            }

            @Override
            public void failed(StreamsUnavailableException failure) {
                fail(failure);
            }
        });
    }
}
