package dev.anabranch.server.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A turn that is being answered in this process. */
final class RunningTurn implements AgentTurn {

    private final String id;
    private final String session;
    private final String user;
    private final String text;
    private final Object lock = new Object();
    private final List<Runnable> stopActions = new ArrayList<>(); // guarded by lock
    private @Nullable Thread thread; // guarded by lock
    private boolean stopped; // guarded by lock
    private final CountDownLatch end = new CountDownLatch(1);

    RunningTurn(String id, String session, String user, String text) {
        this.id = id;
        this.session = session;
        this.user = user;
        this.text = text;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    @Override
    public void onStop(Runnable action) {
        synchronized (lock) {
            if (!stopped) {
                stopActions.add(action);
                return;
            }
        }
        action.run();
    }

    /** The agent runs on this thread from now on, or on none any more. */
    void runsOn(@Nullable Thread agent) {
        synchronized (lock) {
            thread = agent;
            if (stopped && agent != null) {
                agent.interrupt();
            }
        }
    }

    void stop() {
        List<Runnable> actions;
        synchronized (lock) {
            if (stopped) {
                return;
            }
            stopped = true;
            actions = List.copyOf(stopActions);
            if (thread != null) {
                thread.interrupt();
            }
        }
        actions.forEach(Runnable::run);
    }

    /** Nothing more will be written for this turn. */
    void hasEnded() {
        end.countDown();
    }

    boolean awaitEnd(long seconds) throws InterruptedException {
        return end.await(seconds, TimeUnit.SECONDS);
    }
}
