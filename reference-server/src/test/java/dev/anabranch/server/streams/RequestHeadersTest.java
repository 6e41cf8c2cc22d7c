package dev.anabranch.server.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.server.http.ProblemException;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.Producer;
import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {

    private static RequestHeaders headers(String... namesAndValues) {
        HttpFields.Mutable fields = HttpFields.build();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new RequestHeaders(fields);
    }

    private static void assertRefused(int status, Function<RequestHeaders, ?> reading, String... namesAndValues) {
        assertThatThrownBy(() -> reading.apply(headers(namesAndValues)))
                .as(String.join(" ", namesAndValues))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1", "-1", "01", "1.0", "1e3", " ", "", "1s", "99999999999999999999", "٣"})
    void aTtlIsADecimalIntegerAndNothingElse(String ttl) {
        assertRefused(400, RequestHeaders::expiry, "Stream-TTL", ttl);
    }

    @Test
    void aTtlMayBeZero() {
        assertThat(headers("Stream-TTL", "0").expiry()).contains(Expiry.ttl(Duration.ZERO));
        assertThat(headers("Stream-TTL", "3600").expiry()).contains(Expiry.ttl(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tomorrow",
                "2030-01-01",
                "2030-01-01T00:00Z",
                "2030-01-01T00:00:00",
                "2030-13-01T00:00:00Z",
                "2030-02-30T00:00:00Z",
                "1893456000",
                "2030-01-01 00:00:00Z",
                "2030-01-01T24:00:00Z",
                "2030-06-30T22:59:60Z",
                "2030-01-01T00:00:00+24:00",
                "2030-01-01T00:00:00+00:60",
                "+12030-01-01T00:00:00Z",
                ""
            })
    void anExpiryIsAnRfc3339Timestamp(String expiresAt) {
        assertRefused(400, RequestHeaders::expiry, "Stream-Expires-At", expiresAt);
    }

    @Test
    void anExpiryMayNameItsZone() {
        Expiry midnight = Expiry.at(Instant.parse("2030-01-01T00:00:00Z"));

        assertThat(headers("Stream-Expires-At", "2030-01-01T02:00:00+02:00").expiry())
                .contains(midnight);
        assertThat(headers("Stream-Expires-At", "2030-01-01t00:00:00.000z").expiry())
                .contains(midnight);
        assertThat(headers("Stream-Expires-At", "2029-12-31T00:01:00-23:59").expiry())
                .contains(midnight);
    }

    @Test
    void anExpiryMayBeALeapSecondOrFinerThanANanosecond() {
        assertThat(headers("Stream-Expires-At", "2029-12-31T15:59:60-08:00").expiry())
                .contains(Expiry.at(Instant.parse("2030-01-01T00:00:00Z")));
        assertThat(headers("Stream-Expires-At", "2030-01-01T00:00:00.1234567899Z")
                        .expiry())
                .contains(Expiry.at(Instant.parse("2030-01-01T00:00:00.123456789Z")));
    }

    @Test
    void aStreamExpiresInOneWayOnly() {
        assertRefused(400, RequestHeaders::expiry, "Stream-TTL", "1", "Stream-Expires-At", "2030-01-01T00:00:00Z");
        assertRefused(400, RequestHeaders::expiry, "Stream-TTL", "1", "Stream-TTL", "1");
    }

    @Test
    void onlyTrueCloses() {
        assertThat(headers("Stream-Closed", "TRUE").closed()).isTrue();
        for (String other : new String[] {"false", "yes", "1", ""}) {
            assertThat(headers("Stream-Closed", other).closed()).as(other).isFalse();
        }
    }

    @Test
    void aProducerHasAllThreeHeadersOrNone() {
        assertThat(headers().producer()).isEmpty();
        assertThat(headers("Producer-Id", "p", "Producer-Epoch", "0", "Producer-Seq", "9007199254740991")
                        .producer())
                .contains(new Producer("p", 0, 9007199254740991L));
        assertRefused(400, RequestHeaders::producer, "Producer-Id", "p");
        assertRefused(400, RequestHeaders::producer, "Producer-Epoch", "0", "Producer-Seq", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "x", "", "9007199254740992", "99999999999999999999", "1e3"})
    void aProducersNumbersAreIntegersThatJavaScriptCanHold(String number) {
        assertRefused(400, RequestHeaders::producer, "Producer-Id", "p", "Producer-Epoch", number, "Producer-Seq", "0");
        assertRefused(400, RequestHeaders::producer, "Producer-Id", "p", "Producer-Epoch", "0", "Producer-Seq", number);
    }

    @Test
    void aProducersIdIsNotEmpty() {
        assertRefused(400, RequestHeaders::producer, "Producer-Id", "", "Producer-Epoch", "0", "Producer-Seq", "0");
    }

    @Test
    void aForkNamesItsSourceByTheWholePath() {
        assertThat(headers("Stream-Forked-From", "/v1/stream/a/b%20c").forkedFrom())
                .contains(new StreamName("a/b c"));
        assertRefused(404, RequestHeaders::forkedFrom, "Stream-Forked-From", "a");
        assertRefused(404, RequestHeaders::forkedFrom, "Stream-Forked-From", "https://elsewhere/v1/stream/a");
        assertRefused(400, RequestHeaders::forkedFrom, "Stream-Forked-From", "/v1/stream/../a");
    }

    @Test
    void aForkPointNeedsASourceAndIsAPlaceThatTheServerNamed() {
        assertRefused(400, RequestHeaders::forkedFrom, "Stream-Fork-Offset", "0_1");
        assertRefused(400, RequestHeaders::forkedFrom, "Stream-Fork-Sub-Offset", "0");
        assertRefused(400, RequestHeaders::forkOffset, "Stream-Fork-Offset", "-1");
        assertRefused(400, RequestHeaders::forkOffset, "Stream-Fork-Offset", "now");
        assertRefused(400, RequestHeaders::forkOffset, "Stream-Fork-Offset", "a,b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "+1", "01", "1.0", "x", ""})
    void aSubOffsetIsADecimalIntegerAndNothingElse(String subOffset) {
        assertRefused(400, RequestHeaders::forkSubOffset, "Stream-Fork-Sub-Offset", subOffset);
    }
}
