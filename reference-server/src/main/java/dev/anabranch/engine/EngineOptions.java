package dev.anabranch.engine;

import java.util.function.Consumer;

/**
 * What an engine may take up. Past a limit, a call fails with {@link dev.anabranch.stream.LimitExceededException} and
 * changes nothing.
 *
 * @param messageBytesMax the most bytes of one JSON message
 * @param batchBytesMax the most bytes of one append
 * @param batchMessagesMax the most JSON messages of one append
 * @param jsonDepthMax how deep the arrays and objects of one JSON message may nest
 * @param producersPerStreamMax how many idempotent producers one stream remembers; they are kept as long as the stream
 * @param producerIdBytesMax the most bytes of a producer's id, in UTF-8
 * @param sequenceBytesMax the most bytes of a {@code Stream-Seq}, in UTF-8
 * @param readBytesMax the most bytes that one read returns, save that it always returns one whole message
 * @param waitingReadersMax how many readers may wait at the same time
 * @param queuedBytesMax the most bytes of appends that wait for the disk
 * @param cachedStreamsMax of how many streams the state is kept in memory when they are not in use
 * @param blockCacheBytes memory for blocks read from disk; the bound of the store's memory, beside its write buffers
 */
public record EngineOptions(
        int messageBytesMax,
        int batchBytesMax,
        int batchMessagesMax,
        int jsonDepthMax,
        int producersPerStreamMax,
        int producerIdBytesMax,
        int sequenceBytesMax,
        int readBytesMax,
        int waitingReadersMax,
        long queuedBytesMax,
        int cachedStreamsMax,
        long blockCacheBytes) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** Limits fit for a laptop and for a small server alike. */
    public static final EngineOptions DEFAULTS = new EngineOptions(
            16 * MIB, 32 * MIB, 100_000, 512, 10_000, 1024, 1024, 4 * MIB, 10_000, 256L * MIB, 50_000, 256L * MIB);

    public EngineOptions {
        requirePositive("messageBytesMax", messageBytesMax);
        requirePositive("batchBytesMax", batchBytesMax);
        requirePositive("batchMessagesMax", batchMessagesMax);
        requirePositive("jsonDepthMax", jsonDepthMax);
        requirePositive("producersPerStreamMax", producersPerStreamMax);
        requirePositive("producerIdBytesMax", producerIdBytesMax);
        requirePositive("sequenceBytesMax", sequenceBytesMax);
        requirePositive("readBytesMax", readBytesMax);
        requirePositive("waitingReadersMax", waitingReadersMax);
        requirePositive("queuedBytesMax", queuedBytesMax);
        requirePositive("cachedStreamsMax", cachedStreamsMax);
        requirePositive("blockCacheBytes", blockCacheBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is not positive: " + value);
        }
    }

    public EngineOptions withMessageBytesMax(int bytes) {
        return changed(draft -> draft.messageBytesMax = bytes);
    }

    public EngineOptions withBatchBytesMax(int bytes) {
        return changed(draft -> draft.batchBytesMax = bytes);
    }

    public EngineOptions withBatchMessagesMax(int messages) {
        return changed(draft -> draft.batchMessagesMax = messages);
    }

    public EngineOptions withJsonDepthMax(int depth) {
        return changed(draft -> draft.jsonDepthMax = depth);
    }

    public EngineOptions withProducersPerStreamMax(int producers) {
        return changed(draft -> draft.producersPerStreamMax = producers);
    }

    public EngineOptions withReadBytesMax(int bytes) {
        return changed(draft -> draft.readBytesMax = bytes);
    }

    public EngineOptions withWaitingReadersMax(int readers) {
        return changed(draft -> draft.waitingReadersMax = readers);
    }

    public EngineOptions withCachedStreamsMax(int streams) {
        return changed(draft -> draft.cachedStreamsMax = streams);
    }

    public EngineOptions withBlockCacheBytes(long bytes) {
        return changed(draft -> draft.blockCacheBytes = bytes);
    }

    private EngineOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that can be changed one by one. */
    private static final class Draft {

        private final EngineOptions others;
        private int messageBytesMax;
        private int batchBytesMax;
        private int batchMessagesMax;
        private int jsonDepthMax;
        private int producersPerStreamMax;
        private int readBytesMax;
        private int waitingReadersMax;
        private int cachedStreamsMax;
        private long blockCacheBytes;

        Draft(EngineOptions from) {
            others = from;
            messageBytesMax = from.messageBytesMax;
            batchBytesMax = from.batchBytesMax;
            batchMessagesMax = from.batchMessagesMax;
            jsonDepthMax = from.jsonDepthMax;
            producersPerStreamMax = from.producersPerStreamMax;
            readBytesMax = from.readBytesMax;
            waitingReadersMax = from.waitingReadersMax;
            cachedStreamsMax = from.cachedStreamsMax;
            blockCacheBytes = from.blockCacheBytes;
        }

        EngineOptions options() {
            return new EngineOptions(
                    messageBytesMax,
                    batchBytesMax,
                    batchMessagesMax,
                    jsonDepthMax,
                    producersPerStreamMax,
                    others.producerIdBytesMax,
                    others.sequenceBytesMax,
                    readBytesMax,
                    waitingReadersMax,
                    others.queuedBytesMax,
                    cachedStreamsMax,
                    blockCacheBytes);
        }
    }
}
