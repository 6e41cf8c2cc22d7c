package dev.anabranch.server.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token file, read anew when it changes, so that a token can be taken back without a restart. A file that cannot be
 * read any more, or is malformed, leaves the tokens as they were and says so in the log.
 */
final class TokenFile {

    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** What a file looked like from outside when it was read. */
    private record Stamp(Instant modified, long size, Optional<Object> fileKey) {}

    private record Reading(TokenList tokens, Stamp stamp) {}

    private final Path file;
    private final InstantSource clock;
    private volatile Reading reading;
    private volatile Instant lookedAt;

    private TokenFile(Path file, InstantSource clock, Reading reading) {
        this.file = file;
        this.clock = clock;
        this.reading = reading;
        this.lookedAt = clock.instant();
    }

    /**
     * @throws IllegalArgumentException if the file is malformed
     * @throws UncheckedIOException if it cannot be read
     */
    static TokenFile open(Path file, InstantSource clock) {
        try {
            return new TokenFile(file, clock, read(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("token file '" + file + "' cannot be read", unreadable);
        }
    }

    TokenList tokens() {
        Instant now = clock.instant();
        if (Duration.between(lookedAt, now).abs().compareTo(LOOK_EVERY) >= 0) {
            lookedAt = now;
            look();
        }
        return reading.tokens();
    }

    private void look() {
        try {
            if (!stamp(file).equals(reading.stamp())) {
                reading = read(file);
                LOG.info(
                        "token file read again: {} tokens",
                        reading.tokens().tokens().size());
            }
        } catch (IOException | IllegalArgumentException bad) {
            LOG.warn("token file cannot be read, the tokens stay as they were: {}", bad.getMessage());
        }
    }

    private static Reading read(Path file) throws IOException {
        Stamp stamp = stamp(file);
        try {
            return new Reading(TokenList.parse(Files.readAllLines(file, StandardCharsets.UTF_8)), stamp);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("token file '" + file + "': " + malformed.getMessage(), malformed);
        }
    }

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
                attributes.lastModifiedTime().toInstant(),
                attributes.size(),
                Optional.ofNullable(attributes.fileKey()));
    }
}
