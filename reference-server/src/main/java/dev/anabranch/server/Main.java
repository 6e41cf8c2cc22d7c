package dev.anabranch.server;

import dev.anabranch.server.security.TokenCommand;
import java.time.Instant;
import java.util.List;

/** Starts the server from the command line. */
public final class Main {

    private static final int EXIT_FAILURE = 1;
    private static final int EXIT_USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        boolean isToken = !words.isEmpty() && words.get(0).equals("token");
        if (!isToken && words.contains("--help")) {
            System.out.println(CommandLine.help());
            return;
        }
        if (words.contains("--version")) {
            System.out.println(version());
            return;
        }
        quietLogs();
        if (isToken) {
            System.exit(new TokenCommand(Instant.now()).run(words.subList(1, words.size()), System.out, System.err));
        }
        try {
            run(CommandLine.parse(words, System.getenv()));
        } catch (CommandLine.UsageException misuse) {
            System.err.println("anabranch: " + misuse.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    private static void run(ServerOptions options) {
        try {
            AnabranchServer server = AnabranchServer.start(options);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "anabranch-stop"));
            System.out.println("listening on " + server.uri());
        } catch (ServerStartException cannotStart) {
            System.err.println("anabranch: " + cannotStart.getMessage());
            System.exit(EXIT_FAILURE);
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "anabranch " + (version == null ? "development" : version);
    }

    /** Warnings and worse, unless the user has said otherwise with the logger's own properties. */
    private static void quietLogs() {
        setIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        // What keeps the server from starting is said in one sentence, by us.
        setIfAbsent("org.slf4j.simpleLogger.log.io.javalin.Javalin", "off");
        // What is wrong with a request is said to its sender; whoever sends garbage shall not fill the log.
        setIfAbsent("org.slf4j.simpleLogger.log.org.eclipse.jetty.http.HttpParser", "error");
        setIfAbsent("org.slf4j.simpleLogger.log.org.eclipse.jetty.util.HostPort", "error");
        setIfAbsent("org.slf4j.simpleLogger.showDateTime", "true");
        setIfAbsent("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
