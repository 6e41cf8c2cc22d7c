package dev.anabranch.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The executable jar, running in a process of its own. */
final class ServerProcess implements AutoCloseable {

    private static final String READY = "listening on ";
    private static final long PATIENCE_SECONDS = 60;

    /** What a process that has ended left behind. */
    record Ended(int exitCode, String out, String err) {}

    private final Process process;
    private final URI uri;

    private ServerProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Starts a server on a free port and waits until it is ready. */
    static ServerProcess start(Path dataDir, String... options) {
        return start(ProcessBuilder.Redirect.INHERIT, dataDir, options);
    }

    /** Starts a server whose log goes into a file. */
    static ServerProcess startLoggingTo(Path log, Path dataDir, String... options) {
        return start(ProcessBuilder.Redirect.to(log.toFile()), dataDir, options);
    }

    private static ServerProcess start(ProcessBuilder.Redirect log, Path dataDir, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--port", "0", "--data-dir", dataDir.toString()));
        arguments.addAll(List.of(options));
        try {
            Process process = builder(arguments, Map.of()).redirectError(log).start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            if (line == null || !line.startsWith(READY)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server is not ready but says: " + line);
            }
            return new ServerProcess(process, URI.create(line.substring(READY.length())));
        } catch (IOException cannotRun) {
            throw new UncheckedIOException(cannotRun);
        }
    }

    /** Runs the jar until it ends by itself. */
    static Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("server", ".out");
        Path err = Files.createTempFile("server", ".err");
        try {
            Process process = builder(List.of(arguments), environment)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server still runs and says: " + Files.readString(out));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    URI uri() {
        return uri;
    }

    int port() {
        return uri.getPort();
    }

    long pid() {
        return process.pid();
    }

    /** As {@code kill -9}: the process does not get to do anything any more. */
    void kill() {
        process.destroyForcibly();
        join();
    }

    /** As {@code kill}: the process stops in order. Returns its exit code. */
    int terminate() {
        process.destroy();
        return join();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
        }
    }

    private int join() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not stop");
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static ProcessBuilder builder(List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", Path.of("target", "anabranch-server.jar").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ANABRANCH_"));
        builder.environment().putAll(environment);
        return builder;
    }
}
