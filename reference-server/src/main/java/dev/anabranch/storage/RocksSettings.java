package dev.anabranch.storage;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;

/** How the database is set up. The figures were measured for streams of small messages. */
final class RocksSettings implements AutoCloseable {

    private static final long MIB = 1L << 20;
    private static final long WRITE_BUFFER_BYTES = 64 * MIB;
    private static final long LOG_BYTES_MAX = 512 * MIB;

    static {
        RocksDB.loadLibrary();
    }

    private final Cache cache;
    private final BloomFilter bloom;
    private final Options options;
    private final Options withoutSpare;
    private final Options withoutFlush;
    private final Options forRemovals;

    private RocksSettings(Cache cache, BloomFilter bloom, Options options) {
        this.cache = cache;
        this.bloom = bloom;
        this.options = options;
        // Else the log takes tens of megabytes ahead of its need, and on a disk that is nearly full all that is left.
        this.withoutSpare = new Options(options).setAllowFAllocate(false);
        // Twice the log at its longest: while the log is read, the buffer never fills.
        this.withoutFlush = new Options(withoutSpare).setWriteBufferSize(2 * LOG_BYTES_MAX);
        this.forRemovals = new Options(withoutFlush).setDisableAutoCompactions(true);
    }

    static RocksSettings of(long blockCacheBytes) {
        Cache cache = new LRUCache(blockCacheBytes);
        BloomFilter bloom = new BloomFilter(10, false);
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockSize(16 << 10)
                .setFilterPolicy(bloom)
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setIndexType(IndexType.kBinarySearch)
                .setFormatVersion(5);
        Options options = new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(table)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxTotalWalSize(LOG_BYTES_MAX)
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(MIB)
                // After a power cut the log may end in a torn record, which nobody was told of.
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                // A full disk must not keep the store from being opened: what is in the log stays there at first.
                .setAvoidFlushDuringRecovery(true)
                // A flush every so many range deletions keeps reads of the newest data fast.
                .setMemtableMaxRangeDeletions(500)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(3)
                .setMaxLogFileSize(4 * MIB);
        return new RocksSettings(cache, bloom, options);
    }

    /** @param hasPlenty whether there is {@link #plenty} of room on the disk */
    Options options(boolean hasPlenty) {
        return hasPlenty ? options : withoutSpare;
    }

    /** The room from which on files may take more of it than they need. */
    long plenty() {
        return 1024 * MIB;
    }

    /** For a full disk: opening writes nothing of what is in the log, which takes memory instead. */
    Options withoutFlush() {
        return withoutFlush;
    }

    /** For the last room on a full disk: nothing but what is written takes any of it, and what it is asked for. */
    Options forRemovals() {
        return forRemovals;
    }

    /** The room that there must be before a full store is opened for removals. */
    long roomToRemove() {
        return 512 << 10;
    }

    /** The room that there must be before a store that was full is opened anew. */
    long roomToRecover() {
        return 4 * MIB;
    }

    @Override
    public void close() {
        forRemovals.close();
        withoutFlush.close();
        withoutSpare.close();
        options.close();
        bloom.close();
        cache.close();
    }
}
