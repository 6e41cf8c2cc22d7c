package dev.anabranch.storage;

import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What the failures of RocksDB mean. */
final class RocksFailures {

    private static final String MISLEADING = "  The file ";

    private RocksFailures() {}

    static boolean isFull(RocksDBException failed) {
        Status status = failed.getStatus();
        return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || String.valueOf(failed.getMessage()).contains("No space left");
    }

    /** What is wrong, with the files named relative to {@code folder}, and what to do about it. */
    static String describe(RocksDBException failed, Path folder) {
        String message =
                String.valueOf(failed.getMessage()).replace(folder + "/", "").replace("//", "/");
        int suspect = message.indexOf(MISLEADING);
        if (suspect > 0 && message.substring(0, suspect).contains(".sst")) {
            // The manifest is suspected as well whenever a table does not agree with it.
            message = message.substring(0, suspect);
        }
        if (isFull(failed)) {
            return message + ". Make room on its disk.";
        }
        return isDamage(failed) ? message + ". It is damaged: restore the data folder from a backup." : message;
    }

    static boolean isDamage(RocksDBException failed) {
        Status status = failed.getStatus();
        if (status == null) {
            return false;
        }
        return switch (status.getCode()) {
            case Corruption, InvalidArgument -> true;
            case IOError -> String.valueOf(failed.getMessage()).contains("No such file");
            default -> false;
        };
    }
}
