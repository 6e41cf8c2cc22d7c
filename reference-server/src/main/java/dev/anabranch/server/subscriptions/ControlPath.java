package dev.anabranch.server.subscriptions;

import dev.anabranch.stream.StreamName;
import dev.anabranch.subscriptions.SubscriptionId;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a path below {@code /v1/stream/__ds} names. Read from the raw path, decoded once. */
sealed interface ControlPath {

    String PREFIX = "/v1/stream/__ds/";

    /** The keys that verify webhooks. */
    record SigningKeys() implements ControlPath {}

    /** A subscription, or one of its actions. */
    record Subscription(SubscriptionId id, Action action) implements ControlPath {}

    /** One explicit link. */
    record Link(SubscriptionId id, StreamName stream) implements ControlPath {}

    /** What can be done with a subscription. */
    enum Action {
        ITSELF(""),
        STREAMS("streams"),
        CALLBACK("callback"),
        CLAIM("claim"),
        ACK("ack"),
        RELEASE("release");

        private final String segment;

        Action(String segment) {
            this.segment = segment;
        }
    }

    /**
     * Reads a raw path.
     *
     * @return empty if there is nothing of this kind
     * @throws IllegalArgumentException if the path is malformed
     */
    static Optional<ControlPath> parse(String rawPath) {
        if (!rawPath.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String below = rawPath.substring(PREFIX.length());
        if (below.equals("jwks.json")) {
            return Optional.of(new SigningKeys());
        }
        String[] segments = below.split("/", 4);
        if (segments.length < 2 || !segments[0].equals("subscriptions") || segments[1].isEmpty()) {
            return Optional.empty();
        }
        SubscriptionId id = new SubscriptionId(decode(segments[1]));
        String action = segments.length == 2 ? "" : segments[2];
        if (segments.length == 4) {
            return action.equals(Action.STREAMS.segment)
                    ? Optional.of(new Link(id, streamName(decode(segments[3]))))
                    : Optional.empty();
        }
        if (segments.length == 3 && action.isEmpty()) {
            return Optional.empty();
        }
        for (Action known : Action.values()) {
            if (known.segment.equals(action)) {
                return Optional.of(new Subscription(id, known));
            }
        }
        return Optional.empty();
    }

    /** A stream's name as it stands in paths and bodies: slashes at its ends do not count. */
    static StreamName streamName(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) == '/') {
            from++;
        }
        while (to > from && text.charAt(to - 1) == '/') {
            to--;
        }
        return new StreamName(text.substring(from, to));
    }

    private static String decode(String raw) {
        byte[] octets = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException("the path is not UTF-8", notUtf8);
        }
    }
}
