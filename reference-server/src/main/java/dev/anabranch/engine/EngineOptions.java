package dev.anabranch.engine;

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

    public EngineOptions withMessageBytesMax(int messageBytesMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withBatchBytesMax(int batchBytesMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withBatchMessagesMax(int batchMessagesMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withJsonDepthMax(int jsonDepthMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withProducersPerStreamMax(int producersPerStreamMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withReadBytesMax(int readBytesMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withWaitingReadersMax(int waitingReadersMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withCachedStreamsMax(int cachedStreamsMax) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }

    public EngineOptions withBlockCacheBytes(long blockCacheBytes) {
        return new EngineOptions(
                messageBytesMax,
                batchBytesMax,
                batchMessagesMax,
                jsonDepthMax,
                producersPerStreamMax,
                producerIdBytesMax,
                sequenceBytesMax,
                readBytesMax,
                waitingReadersMax,
                queuedBytesMax,
                cachedStreamsMax,
                blockCacheBytes);
    }
}
