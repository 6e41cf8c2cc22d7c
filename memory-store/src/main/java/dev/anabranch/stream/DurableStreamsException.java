package dev.anabranch.stream;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Something that keeps a request on streams from being carried out. The subclass says what. */
public abstract class DurableStreamsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final int NONE = 0;

    private int httpStatus = NONE;

    protected DurableStreamsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The HTTP status of the answer that this is about; empty if no server has answered. */
    public final OptionalInt httpStatus() {
        return httpStatus == NONE ? OptionalInt.empty() : OptionalInt.of(httpStatus);
    }

    /** Notes the status of the answer that this is about. */
    final DurableStreamsException answered(int status) {
        this.httpStatus = status;
        return this;
    }
}
