package dev.anabranch.branch;

import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.DurableStreams;
import dev.anabranch.stream.StreamsUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Another view of the same streams, as another process has it: counts the appends that were made and the streams that
 * could not be made, and refuses appends when told to.
 */
final class WatchedStreams {

    private final Semaphore refusals = new Semaphore(0);
    private final Semaphore appends = new Semaphore(0);
    private final DurableStreams streams;
    private volatile boolean isCutOff;

    WatchedStreams(DurableStreams watched) {
        this.streams = (DurableStreams) Proxy.newProxyInstance(
                DurableStreams.class.getClassLoader(),
                new Class<?>[] {DurableStreams.class},
                (proxy, method, given) -> {
                    if (method.getName().equals("equals")) {
                        return proxy == given[0];
                    }
                    if (method.getName().equals("hashCode")) {
                        return System.identityHashCode(proxy);
                    }
                    if (method.getName().equals("within")) {
                        return proxy;
                    }
                    boolean isAppend = method.getName().equals("append");
                    if (isAppend && isCutOff) {
                        throw new StreamsUnavailableException(
                                StreamsUnavailableException.Cause.CONNECTION,
                                StreamsUnavailableException.Outcome.NOT_DONE,
                                "cut off",
                                null);
                    }
                    try {
                        Object result = method.invoke(watched, given);
                        if (result instanceof CreateResult.Conflict) {
                            refusals.release();
                        }
                        if (isAppend) {
                            appends.release();
                        }
                        return result;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    DurableStreams streams() {
        return streams;
    }

    /** No append is made from now on. */
    void cutOff() {
        isCutOff = true;
    }

    /** Waits until so many streams could not be made; false if that does not come. */
    boolean awaitRefusals(int count) throws InterruptedException {
        return refusals.tryAcquire(count, 30, TimeUnit.SECONDS);
    }

    /** Waits until so many appends were made; false if that does not come. */
    boolean awaitAppends(int count) throws InterruptedException {
        return appends.tryAcquire(count, 30, TimeUnit.SECONDS);
    }
}
