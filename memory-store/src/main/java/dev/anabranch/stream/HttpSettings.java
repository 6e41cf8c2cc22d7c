package dev.anabranch.stream;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a client speaks to its server.
 *
 * @param base the URL below which the streams are, without a trailing slash
 * @param token gives the bearer token anew for every attempt
 * @param headers what to send besides, each value asked for anew for every attempt
 * @param attempt the longest that one attempt may take, body included
 * @param call the longest that a whole call may take, attempts and waits included
 * @param attemptsMax how many attempts a call makes at most
 * @param live the longest that a long-poll may be silent, or an SSE connection
 * @param patience how long a tail goes on trying while the server cannot be reached
 * @param responseBytesMax the largest response
 */
record HttpSettings(
        URI base,
        Optional<Supplier<String>> token,
        Map<String, Supplier<String>> headers,
        Duration attempt,
        Duration call,
        int attemptsMax,
        Backoff backoff,
        HttpDurableStreams.LiveMode mode,
        Duration live,
        Duration patience,
        int responseBytesMax) {

    HttpSettings {
        headers = Map.copyOf(headers);
    }
}
