package dev.anabranch.branch;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A fan-out on its way. Safe for use by many threads. */
public final class RunningFanOut {

    private final FanOutRun run;
    private final Future<FanOutResult> result;

    private RunningFanOut(FanOutRun run, Future<FanOutResult> result) {
        this.run = run;
        this.result = result;
    }

    static RunningFanOut start(FanOut fanOut) {
        FanOutRun run = new FanOutRun(fanOut);
        return new RunningFanOut(run, Workers.shared().submit(run::run));
    }

    /** Cancels every branch that has not ended; the result says so of each. */
    public void cancel() {
        run.cancel(Optional.empty(), "the fan-out was cancelled");
    }

    /** Cancels the branches of this label, if they have not ended. The others go on. */
    public void cancel(String label) {
        run.cancel(Optional.of(label), "the branch was cancelled");
    }

    /** Waits for the result. */
    public FanOutResult await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new CancellationException(String.valueOf(failed.getCause()));
        }
    }
}
