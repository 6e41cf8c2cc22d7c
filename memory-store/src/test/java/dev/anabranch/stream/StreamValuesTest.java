package dev.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamValuesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "sessions/chat-123",
                "a b",
                "a%b",
                "%2f",
                "caf\u00e9",
                "\uD83D\uDE00/x",
                "a?b#c",
                "a+b&c=d",
                "a;b:c@d",
                "...",
                ".a",
                "'\"<>{}|^`~",
                "a\u0301",
                "[x]",
                "!$'()*,"
            })
    void aNameSurvivesTheWayThroughAUrl(String name) {
        String path = new StreamName(name).toUrlPath();

        assertThat(path).matches("[-A-Za-z0-9._~!$'()*,;:@/%]+");
        assertThat(StreamName.fromUrlPath(path)).isEqualTo(new StreamName(name));
    }

    @Test
    void aNameIsSpelledInOneWayInAUrl() {
        assertThat(new StreamName("a b/caf\u00e9%").toUrlPath()).isEqualTo("a%20b/caf%C3%A9%25");
        assertThat(StreamName.fromUrlPath("%61%20b")).isEqualTo(new StreamName("a b"));
        assertThat(StreamName.fromUrlPath("caf%c3%a9")).isEqualTo(new StreamName("caf\u00e9"));
        assertThat(StreamName.fromUrlPath("a+b")).isEqualTo(new StreamName("a+b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a\\b", "a\nb", "a\u0000", "a\u0085",
                "\ud800"
            })
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> new StreamName(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%2fb",
                "a%2Fb",
                "a%5cb",
                "%",
                "a%2",
                "a%zz",
                "%ff",
                "%c0%af",
                "%ed%a0%80",
                "%00",
                "a/%2e%2e/b",
                "%2e",
                "a%0ab",
                "a%+1"
            })
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> StreamName.fromUrlPath(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameIsMeasuredInBytes() {
        String longest = "\u00e9".repeat(StreamName.BYTES_MAX / 2);

        assertThat(new StreamName(longest).value()).isEqualTo(longest);
        assertThatThrownBy(() -> new StreamName(longest + "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesNest() {
        assertThat(new StreamName("c").under(new StreamName("a/b"))).isEqualTo(new StreamName("a/b/c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a,b", "a&b", "a=b", "a?b", "a/b", "a\n", "\u00e9", "\u007f"})
    void whatIsNoOffsetIsRefused(String token) {
        assertThatThrownBy(() -> new Offset(token)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void offsetsSortAsTextWithTheBeginningFirst() {
        Offset one = new Offset("0_1");
        Offset two = new Offset("0_2");
        Offset bang = new Offset("!");

        assertThat(one).isLessThan(two).isGreaterThan(Offset.BEGINNING);
        assertThat(Offset.BEGINNING).isLessThan(bang).isEqualByComparingTo(new Offset("-1"));
        assertThat(Offset.BEGINNING.isSentinel()).isTrue();
        assertThat(Offset.NOW.isSentinel()).isTrue();
        assertThat(one.isSentinel()).isFalse();
        assertThatThrownBy(() -> one.compareTo(Offset.NOW)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Offset("x".repeat(Offset.LENGTH_MAX)).token()).hasSize(Offset.LENGTH_MAX);
        assertThatThrownBy(() -> new Offset("x".repeat(Offset.LENGTH_MAX + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void typesMatchByTheirEssence() {
        ContentType json = new ContentType(" Application/JSON ; charset=utf-8");

        assertThat(json.matches(ContentType.JSON)).isTrue();
        assertThat(json.isJson()).isTrue();
        assertThat(json.isText()).isTrue();
        assertThat(json.value()).isEqualTo("Application/JSON ; charset=utf-8");
        assertThat(new ContentType("TEXT/html").isText()).isTrue();
        assertThat(new ContentType("application/jsonl").isJson()).isFalse();
        assertThat(ContentType.OCTET_STREAM.isText()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "json",
                "/json",
                "text/",
                "a/b/c",
                "a /b",
                "text/plain\r\nX: y",
                "text/pl\u00e4in",
                "a/b,c/d",
                ";a/b"
            })
    void whatIsNoTypeIsRefused(String value) {
        assertThatThrownBy(() -> new ContentType(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void payloadsAreEqualByContentAndNeverChange() {
        byte[] bytes = {1, 2, 3};
        Payload copy = Payload.copyOf(bytes);
        bytes[0] = 9;

        assertThat(copy)
                .isEqualTo(Payload.wrap(new byte[] {1, 2, 3}))
                .hasSameHashCodeAs(Payload.wrap(new byte[] {1, 2, 3}));
        assertThat(copy.slice(1, 2)).isEqualTo(Payload.wrap(new byte[] {2, 3}));
        assertThat(copy.slice(1, 2).slice(1, 1).byteAt(0)).isEqualTo((byte) 3);
        assertThat(copy.slice(3, 0)).isSameAs(Payload.EMPTY);
        assertThat(copy.toByteBuffer().isReadOnly()).isTrue();
        copy.toByteArray()[0] = 9;
        assertThat(copy.byteAt(0)).isEqualTo((byte) 1);
        assertThatThrownBy(() -> copy.slice(2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> copy.slice(1, 1).byteAt(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void payloadsKeepTheirContentToThemselves() {
        assertThat(Payload.of("secret").toString()).isEqualTo("Payload[6 bytes]");
        assertThat(AppendRequest.json(List.of("\"secret\"")).toString()).doesNotContain("secret");
    }

    @Test
    void payloadsAreJoined() {
        assertThat(Payload.concat(List.of())).isEqualTo(Payload.EMPTY);
        assertThat(Payload.concat(List.of(Payload.of("xab").slice(1, 2), Payload.EMPTY, Payload.of("c"))))
                .isEqualTo(Payload.of("abc"));
        assertThat(Payload.jsonArray(List.of("1", "[2]")).utf8()).isEqualTo("[1,[2]]");
    }

    @Test
    void requestsCheckThemselves() {
        assertThatThrownBy(() -> AppendRequest.of(ContentType.JSON, Payload.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(AppendRequest.closing().close()).isTrue();
        assertThatThrownBy(() -> new Producer("", 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Producer("p", -1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Producer("p", 0, Producer.NUMBER_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Expiry.ttl(Duration.ofMillis(1500))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Expiry.ttl(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ForkRequest.atTail(new StreamName("a")).withSubOffset(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aForkCannotAskToNeverExpire() {
        ForkRequest request = ForkRequest.atTail(new StreamName("a"));

        assertThat(request.withExpiry(Expiry.never())).isEqualTo(request);
        assertThat(request.withExpiry(Expiry.ttl(Duration.ZERO)).expiry())
                .isEqualTo(Optional.of(Expiry.ttl(Duration.ZERO)));
    }
}
