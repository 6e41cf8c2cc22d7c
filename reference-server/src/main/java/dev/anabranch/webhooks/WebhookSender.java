package dev.anabranch.webhooks;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends webhook requests. Safe for use by many threads; holds none while it waits. */
public interface WebhookSender extends AutoCloseable {

    /**
     * What a receiver answered.
     *
     * @param body its beginning, as text; empty if it was larger than the sender reads
     */
    record Response(int status, String body) {

        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /** A request under way. */
    interface Sending {

        /** Completes with the answer, or fails: refused address, no connection, no answer in time, aborted. */
        CompletableFuture<Response> response();

        /** Gives up. Idempotent. */
        void abort();
    }

    /**
     * Posts JSON. Redirects are not followed.
     *
     * @param signature the value of the {@code Webhook-Signature} header
     * @param timeout for the whole exchange
     */
    Sending post(String url, byte[] body, String signature, Duration timeout);

    /** Why {@code url} may not be called, as far as its name tells now; completes with empty text if it may. */
    CompletableFuture<String> refusal(String url);

    @Override
    void close();
}
