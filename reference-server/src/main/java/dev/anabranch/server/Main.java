package dev.anabranch.server;

import dev.anabranch.server.log.LogOptions;
import dev.anabranch.server.log.LogSetup;
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
        LogSetup.apply(LogOptions.DEFAULTS, System.err);
        if (isToken) {
            System.exit(new TokenCommand(Instant.now()).run(words.subList(1, words.size()), System.out, System.err));
        }
        try {
            ServerOptions options = CommandLine.parse(words, System.getenv());
            LogSetup.apply(options.logs(), System.err);
            run(options);
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
}
