package dev.anabranch.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Thrown when a data folder cannot be used: it belongs to another process, cannot be written, or is damaged. */
public final class DataFolderException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Path folder;

    public DataFolderException(Path folder, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }
}
