package dev.anabranch.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tokens, by their hashes. */
record TokenList(List<Token> tokens) {

    TokenList {
        tokens = List.copyOf(tokens);
        Set<String> hashes = new HashSet<>();
        for (Token token : tokens) {
            if (!hashes.add(token.sha256())) {
                throw new IllegalArgumentException(
                        "the same token stands there twice, for user '" + token.user() + "'");
            }
        }
    }

    /**
     * Reads one token a line. Blank lines and lines that begin with {@code #} do not count.
     *
     * @throws IllegalArgumentException if a line is malformed; the message names the line's number
     */
    static TokenList parse(List<String> lines) {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                tokens.add(Token.parse(line));
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException("line " + (i + 1) + " " + malformed.getMessage(), malformed);
            }
        }
        return new TokenList(tokens);
    }

    /** The token of this text. Takes the same time whichever it is, and if it is none. */
    Optional<Token> find(String secret) {
        byte[] hash = Token.hash(secret).getBytes(StandardCharsets.US_ASCII);
        Token found = null;
        for (Token token : tokens) {
            if (MessageDigest.isEqual(hash, token.sha256().getBytes(StandardCharsets.US_ASCII))) {
                found = token;
            }
        }
        return Optional.ofNullable(found);
    }
}
