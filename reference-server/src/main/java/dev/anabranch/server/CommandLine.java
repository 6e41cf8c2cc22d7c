package dev.anabranch.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@link ServerOptions} from arguments and environment variables. An argument wins over a variable. */
final class CommandLine {

    /** Thrown when arguments or variables make no sense. The message says which and why. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message, null, false, false);
        }
    }

    /** No option: everyone on the machine can read the arguments of a process. */
    private static final String KEY_STORE_PASSWORD = "ANABRANCH_TLS_KEY_STORE_PASSWORD";

    private CommandLine() {}

    /**
     * Reads the options.
     *
     * @throws UsageException if an option is unknown, lacks its value, or its value makes no sense
     */
    static ServerOptions parse(List<String> arguments, Map<String, String> environment) {
        Map<ServerOption, String> values = new HashMap<>();
        for (ServerOption option : ServerOption.ALL) {
            Optional.ofNullable(environment.get(option.variable()))
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> values.put(option, value));
        }
        ServerOptions options = apply(ServerOptions.DEFAULTS, values, true);
        String password = environment.getOrDefault(KEY_STORE_PASSWORD, "");
        if (!password.isEmpty()) {
            options = options.withTls(options.tls().withPassword(password));
        }
        return apply(options, fromArguments(arguments), false);
    }

    /** What {@code --help} prints. */
    static String help() {
        List<String> lines = new ArrayList<>();
        lines.add("usage: java -jar anabranch-server.jar [options]");
        lines.add("");
        lines.add("Serves durable streams over HTTP at /v1/stream/.");
        lines.add("");
        for (ServerOption option : ServerOption.ALL) {
            lines.add(String.format("  %-32s %s", (option.name() + " " + option.placeholder()).strip(), option.help()));
        }
        lines.add(String.format("  %-32s %s", "--help", "print this"));
        lines.add(String.format("  %-32s %s", "--version", "print the version"));
        lines.add("");
        lines.add("java -jar anabranch-server.jar token --user NAME --scopes … makes a token for --token-file.");
        lines.add("Each option is also an environment variable: --data-dir is ANABRANCH_DATA_DIR.");
        return String.join(System.lineSeparator(), lines);
    }

    private static Map<ServerOption, String> fromArguments(List<String> arguments) {
        Map<ServerOption, String> values = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            ServerOption option = find(name);
            if (equals >= 0) {
                values.put(option, argument.substring(equals + 1));
            } else if (option.isFlag()) {
                values.put(option, "true");
            } else if (i + 1 < arguments.size()) {
                i++;
                values.put(option, arguments.get(i));
            } else {
                throw new UsageException(name + " needs a value: " + name + " " + option.placeholder());
            }
        }
        return values;
    }

    private static ServerOption find(String name) {
        return ServerOption.ALL.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("unknown option '" + name + "'; --help lists them all"));
    }

    private static ServerOptions apply(ServerOptions options, Map<ServerOption, String> values, boolean variables) {
        ServerOptions result = options;
        for (ServerOption option : ServerOption.ALL) {
            String value = values.get(option);
            if (value == null) {
                continue;
            }
            try {
                result = option.setting().apply(result, value);
            } catch (IllegalArgumentException senseless) {
                String name = variables ? option.variable() : option.name();
                throw new UsageException(name + " cannot be '" + value + "': " + senseless.getMessage());
            }
        }
        return result;
    }
}
