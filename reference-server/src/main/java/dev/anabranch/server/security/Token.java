package dev.anabranch.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A token as the server keeps it: by its hash. The token itself is known to its holder only.
 *
 * @param sha256 lower-case hex
 * @param expires from when on the token is refused; empty for never
 */
record Token(String sha256, UserId user, Set<Scope> scopes, Optional<Instant> expires) {

    private static final String PREFIX = "sha256:";

    Token {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("hash is not 64 hex digits");
        }
        scopes = Set.copyOf(scopes);
    }

    /**
     * Reads {@code sha256:<hex> <user> <scopes>[ <expiry>]}.
     *
     * @throws IllegalArgumentException if the line is not of this form; the message does not quote the hash
     */
    static Token parse(String line) {
        List<String> fields = List.of(line.strip().split("\\s+"));
        if (fields.size() < 3 || fields.size() > 4 || !fields.get(0).startsWith(PREFIX)) {
            throw new IllegalArgumentException(
                    "is not of the form 'sha256:<hex> <user> <scopes, comma-separated>[ <expiry>]'");
        }
        return new Token(
                fields.get(0).substring(PREFIX.length()).toLowerCase(Locale.ROOT),
                new UserId(fields.get(1)),
                Scope.parse(fields.get(2)),
                fields.size() == 4 ? Optional.of(time(fields.get(3))) : Optional.empty());
    }

    /** The line that {@link #parse} reads. */
    String line() {
        String scopeList = scopes.stream().sorted().map(Scope::id).collect(Collectors.joining(","));
        return PREFIX + sha256 + " " + user + " " + scopeList
                + expires.map(time -> " " + time).orElse("");
    }

    Caller caller() {
        return new Caller(user, scopes, sha256.substring(0, 16));
    }

    boolean hasExpired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    /** The hash of a token's text. */
    static String hash(String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new AssertionError(everyJvmHasIt);
        }
    }

    /** A new token's text: 256 random bits behind a prefix by which leak scanners can know it. */
    static String generate(SecureRandom random) {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        return "anab_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException malformed) {
            throw new IllegalArgumentException("'" + text + "' is no time of RFC 3339", malformed);
        }
    }
}
