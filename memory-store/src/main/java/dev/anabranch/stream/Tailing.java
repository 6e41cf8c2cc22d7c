package dev.anabranch.stream;

/**
 * A stream being tailed, until closed. Ends by itself after the page that says the stream is closed, and after a
 * failure.
 */
public interface Tailing extends AutoCloseable {

    /** Stops. No listener call starts after this returns, unless called from within one. Idempotent. */
    @Override
    void close();
}
