package dev.anabranch.server.security;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The command {@code token}: makes a new token, and the line by which a server knows it. */
public final class TokenCommand {

    /** How the command is called. */
    public static final String USAGE =
            "usage: token --user NAME --scopes read,append,fork,delete,admin [--expires TIME | --days N]";

    private final SecureRandom random = new SecureRandom();
    private final Instant now;

    public TokenCommand(Instant now) {
        this.now = now;
    }

    /**
     * Prints two lines: the token, which nobody can print again, and the line for the token file.
     *
     * @param arguments those after {@code token}
     * @return the exit code: 0, or 2 for arguments that make no sense
     */
    public int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            Deque<String> rest = new ArrayDeque<>(arguments);
            Optional<UserId> user = Optional.empty();
            Optional<Set<Scope>> scopes = Optional.empty();
            Optional<Instant> expires = Optional.empty();
            while (!rest.isEmpty()) {
                String option = rest.pop();
                if (option.equals("--help")) {
                    out.println(USAGE);
                    return 0;
                }
                String value = value(option, rest);
                switch (option.replaceFirst("=.*", "")) {
                    case "--user" -> user = Optional.of(new UserId(value));
                    case "--scopes" -> scopes = Optional.of(Scope.parse(value));
                    case "--expires" -> expires = Optional.of(Token.time(value));
                    case "--days" -> expires = Optional.of(now.plus(Duration.ofDays(days(value))));
                    default -> throw new IllegalArgumentException("'" + option + "' is no option");
                }
            }
            print(
                    user.orElseThrow(() -> new IllegalArgumentException("--user is missing")),
                    scopes.orElseThrow(() -> new IllegalArgumentException("--scopes is missing")),
                    expires,
                    out);
            err.println("give the first line to the user, and add the second to the token file");
            return 0;
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
            err.println(USAGE);
            return 2;
        }
    }

    private void print(UserId user, Set<Scope> scopes, Optional<Instant> expires, PrintStream out) {
        String secret = Token.generate(random);
        out.println(secret);
        out.println(new Token(Token.hash(secret), user, scopes, expires).line());
    }

    private static String value(String option, Deque<String> rest) {
        int equals = option.indexOf('=');
        if (equals >= 0) {
            return option.substring(equals + 1);
        }
        if (rest.isEmpty()) {
            throw new IllegalArgumentException("'" + option + "' needs a value");
        }
        return rest.pop();
    }

    private static long days(String value) {
        if (!value.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException("'" + value + "' is no number of days from 1 to 99999");
        }
        return Long.parseLong(value);
    }
}
