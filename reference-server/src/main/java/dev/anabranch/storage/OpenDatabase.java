package dev.anabranch.storage;

import dev.anabranch.stream.StreamsUnavailableException;
import dev.anabranch.stream.StreamsUnavailableException.Cause;
import dev.anabranch.stream.StreamsUnavailableException.Outcome;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database, which is opened anew now and then while others use it. Safe for use by many threads. */
final class OpenDatabase {

    private static final Logger log = LoggerFactory.getLogger(OpenDatabase.class);

    private final Path folder;

    // Every use of the database holds the read lock: a closed one must not be touched, it would end the process.
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
    private @Nullable RocksDB database; // guarded by open

    private volatile String lastReadFailure = "";
    private volatile boolean damaged;

    /** @param folder what the paths in messages are relative to */
    OpenDatabase(Path folder, RocksDB database) {
        this.folder = folder;
        this.database = database;
    }

    interface Reading<T extends @Nullable Object> {
        T from(RocksDB database) throws RocksDBException;
    }

    interface Writing {
        void to(RocksDB database) throws RocksDBException;
    }

    interface Opening {
        RocksDB open() throws RocksDBException;
    }

    /** Whether a read met damage. */
    boolean isDamaged() {
        return damaged;
    }

    <T extends @Nullable Object> T reading(Reading<T> read) {
        open.readLock().lock();
        try {
            if (database == null) {
                throw new StreamsUnavailableException(Cause.FAILURE, Outcome.NOT_DONE, "the store is closed", null);
            }
            return read.from(database);
        } catch (RocksDBException failed) {
            throw unreadable(failed);
        } finally {
            open.readLock().unlock();
        }
    }

    void writing(Writing write) throws StoreWriteException {
        open.readLock().lock();
        try {
            if (database == null) {
                throw new StoreWriteException("the store is closed", new IllegalStateException("closed"), false);
            }
            write.to(database);
        } catch (RocksDBException failed) {
            throw new StoreWriteException(String.valueOf(failed.getMessage()), failed, RocksFailures.isFull(failed));
        } finally {
            open.readLock().unlock();
        }
    }

    /** Opens it anew, or, if that fails, for reading; whether it did not fail. Waits until nobody uses it. */
    boolean reopen(Opening opening, Opening forReading) {
        open.writeLock().lock();
        try {
            if (database != null) {
                database.close();
                database = null;
            }
            database = opening.open();
            return true;
        } catch (RocksDBException stillBroken) {
            log.warn("the store in {} could not be re-opened yet: {}", folder, stillBroken.getMessage());
            reopenForReading(forReading);
            return false;
        } finally {
            open.writeLock().unlock();
        }
    }

    /** Closes it, with nothing left in the log if that can be; false if it is closed already. */
    boolean close() {
        open.writeLock().lock();
        try {
            if (database == null) {
                return false;
            }
            closeFlushed(database);
            database = null;
            return true;
        } finally {
            open.writeLock().unlock();
        }
    }

    private StreamsUnavailableException unreadable(RocksDBException failed) {
        if (RocksFailures.isDamage(failed)) {
            damaged = true;
        }
        String reason = RocksFailures.describe(failed, folder);
        if (!reason.equals(lastReadFailure)) {
            // Said once, however many readers meet it.
            lastReadFailure = reason;
            log.error("the store in {} cannot be read: {}", folder, reason);
        }
        return new StreamsUnavailableException(
                Cause.FAILURE, Outcome.NOT_DONE, "the store cannot be read: " + reason, failed);
    }

    private void reopenForReading(Opening opening) {
        try {
            database = opening.open();
        } catch (RocksDBException unreadable) {
            log.error("the store in {} cannot be read for now", folder, unreadable);
        }
    }

    /** With nothing left in the log, the next start has nothing to replay. */
    private void closeFlushed(RocksDB closing) {
        try {
            RocksStore.flush(closing);
            closing.closeE();
        } catch (RocksDBException logged) {
            log.warn("the store in {} was closed without a flush: {}", folder, logged.getMessage());
            closing.close();
        }
    }
}
