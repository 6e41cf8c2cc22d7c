package dev.anabranch.memory;

import dev.anabranch.session.SessionException;
import dev.anabranch.stream.DurableStreamsException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.StreamsUnavailableException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RetriableException;
import java.util.function.Supplier;

/** Says what went wrong in the exceptions that LangChain4j's users catch. */
final class StoreFailures {

    private StoreFailures() {}

    static <T> T translated(String action, Supplier<T> request) {
        try {
            return request.get();
        } catch (StreamsUnavailableException unavailable) {
            String outcome = unavailable.outcome() == StreamsUnavailableException.Outcome.NOT_DONE
                    ? "nothing was written"
                    : "it may have been written; the next call on this memory finds out";
            throw new RetriableException(action + " failed, " + outcome + ": " + unavailable.getMessage(), unavailable);
        } catch (LimitExceededException exceeded) {
            String message = action + " was refused, nothing was written: " + exceeded.getMessage();
            throw exceeded.limit() == LimitExceededException.Limit.RATE
                    ? new RetriableException(message, exceeded)
                    : new NonRetriableException(message, exceeded);
        } catch (DurableStreamsException | SessionException refused) {
            throw new NonRetriableException(
                    action + " was refused, nothing was written: " + refused.getMessage(), refused);
        }
    }

    static void run(String action, Runnable request) {
        translated(action, () -> {
            request.run();
            return true;
        });
    }
}
