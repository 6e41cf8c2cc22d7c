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
    private final Options withoutFlush;

    private RocksSettings(Cache cache, BloomFilter bloom, Options options) {
        this.cache = cache;
        this.bloom = bloom;
        this.options = options;
        // Twice the log at its longest: while the log is read, the buffer never fills.
        this.withoutFlush = new Options(options).setWriteBufferSize(2 * LOG_BYTES_MAX);
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

    Options options() {
        return options;
    }

    /** For a full disk: opening writes nothing of what is in the log, which takes memory instead. */
    Options withoutFlush() {
        return withoutFlush;
    }

    /** The room that there must be before a store that was full is opened anew. */
    long roomToRecover() {
        return 4 * MIB;
    }

    @Override
    public void close() {
        withoutFlush.close();
        options.close();
        bloom.close();
        cache.close();
    }
}
