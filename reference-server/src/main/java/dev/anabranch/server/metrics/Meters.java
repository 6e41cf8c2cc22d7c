package dev.anabranch.server.metrics;

import dev.anabranch.engine.EngineStats;
import dev.anabranch.engine.StreamEngine;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The figures of a server. Safe for use by many threads. */
public final class Meters implements AutoCloseable {

    /** A kind of request: few enough that each has a timer of its own. */
    private record Answered(String route, String method, int status) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();

    public Meters(StreamEngine engine) {
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        count(engine, "streams.created", "streams made, forks among them", EngineStats::streamsCreated);
        count(engine, "forks", "forks made", EngineStats::forks);
        count(engine, "appends", "appends that wrote something", EngineStats::appends);
        count(engine, "appended.bytes", "bytes of payload appended", EngineStats::appendedBytes);
        count(engine, "reads", "reads answered", EngineStats::reads);
        count(engine, "deletes", "streams deleted by request", EngineStats::deletes);
        count(engine, "expired", "streams that reached their expiry", EngineStats::expired);
        count(engine, "collected", "streams whose space was given back", EngineStats::collected);
        count(engine, "syncs", "times that the store was synced", EngineStats::syncs);
        gauge(engine, "waiting.readers", "readers that wait now", EngineStats::waitingReaders);
        gauge(engine, "cached.streams", "streams whose state is in memory", EngineStats::cachedStreams);
        gauge(engine, "storage.bytes", "bytes of the store on disk", EngineStats::storageBytes);
    }

    /** Notes a request that was answered. */
    void answered(String route, String method, int status, long nanos) {
        timers.computeIfAbsent(new Answered(route, method, status), this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Answered kind) {
        return Timer.builder("anabranch.http.requests")
                .description("requests by route, method and status; long-polls and SSE count while they wait")
                .tag("route", kind.route())
                .tag("method", kind.method())
                .tag("status", Integer.toString(kind.status()))
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMillis(2500))
                .register(registry);
    }

    /** The figures in Prometheus' text format. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void count(StreamEngine engine, String name, String help, ToDoubleFunction<EngineStats> figure) {
        FunctionCounter.builder("anabranch." + name, engine, it -> figure.applyAsDouble(it.stats()))
                .description(help)
                .register(registry);
    }

    private void gauge(StreamEngine engine, String name, String help, ToDoubleFunction<EngineStats> figure) {
        Gauge.builder("anabranch." + name, engine, it -> figure.applyAsDouble(it.stats()))
                .description(help)
                .strongReference(true)
                .register(registry);
    }
}
