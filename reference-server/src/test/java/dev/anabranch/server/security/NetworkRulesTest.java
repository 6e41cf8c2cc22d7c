package dev.anabranch.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkRulesTest {

    private long nanos;

    @Test
    void aServerWithoutTokensAnswersToTheNamesOfThisMachineOnly() {
        HostAllowList hosts = new HostAllowList(SecurityOptions.DEFAULTS, "127.0.0.1");

        for (String name : List.of("localhost:4437", "LOCALHOST", "127.0.0.1:1", "[::1]:4437", "app.localhost:4437")) {
            assertThat(hosts.allows(Optional.of(name))).as(name).isTrue();
        }
        for (String name :
                List.of("evil.example", "evil.example:4437", "localhost.evil.example", "127.0.0.1.nip.io", "")) {
            assertThat(hosts.allows(Optional.of(name))).as(name).isFalse();
        }
        assertThat(hosts.allows(Optional.empty())).isFalse();
    }

    @Test
    void configuredNamesAreAnsweredAndOthersAreNotEvenWithTokens() {
        SecurityOptions options =
                SecurityOptions.DEFAULTS.withTokens(List.of("x")).withHosts(Set.of("Chat.Example"));
        HostAllowList hosts = new HostAllowList(options, "0.0.0.0");

        assertThat(hosts.allows(Optional.of("chat.example:443"))).isTrue();
        assertThat(hosts.allows(Optional.of("evil.example"))).isFalse();
    }

    @Test
    void withTokensAndNoConfiguredNameEveryNameIsAnswered() {
        HostAllowList hosts = new HostAllowList(SecurityOptions.DEFAULTS.withTokens(List.of("x")), "0.0.0.0");

        assertThat(hosts.allows(Optional.of("anything.example"))).isTrue();
    }

    @Test
    void onlyTheServersOwnPagesMayWrite() {
        OriginPolicy origins = new OriginPolicy(Set.of());
        Optional<String> host = Optional.of("localhost:4437");

        assertThat(origins.allowsWrite(Optional.empty(), host)).isTrue();
        assertThat(origins.allowsWrite(Optional.of("http://localhost:4437"), host))
                .isTrue();
        for (String origin : List.of("http://evil.example", "http://localhost:3000", "http://localhost", "null", "")) {
            assertThat(origins.allowsWrite(Optional.of(origin), host))
                    .as(origin)
                    .isFalse();
        }
    }

    @Test
    void configuredOriginsMayReadAndWrite() {
        OriginPolicy origins = new OriginPolicy(Set.of("https://App.example"));

        assertThat(origins.allowsReadFrom("https://app.example")).isTrue();
        assertThat(origins.allowsReadFrom("http://app.example")).isFalse();
        assertThat(origins.allowsWrite(Optional.of("https://app.example"), Optional.of("api.example")))
                .isTrue();
        assertThat(new OriginPolicy(Set.of("*")).allowsReadFrom("https://any.example"))
                .isTrue();
    }

    @Test
    void aConfiguredOriginIsAnOrigin() {
        for (String origin : List.of("app.example", "https://app.example/", "https://app.example/path", "/")) {
            assertThatThrownBy(() -> SecurityOptions.DEFAULTS.withCorsOrigins(Set.of(origin)))
                    .as(origin)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTokenThatSpentItsRequestsWaitsAndOthersDoNot() {
        RateLimits limits = new RateLimits(SecurityOptions.DEFAULTS.withRateLimit(2, 3), () -> nanos);
        Caller alice = new Caller(new UserId("alice"), Set.of(Scope.READ), "a");
        Caller bob = new Caller(new UserId("bob"), Set.of(Scope.READ), "b");

        for (int i = 0; i < 3; i++) {
            assertThat(limits.exceededBy(alice)).isEmpty();
        }

        assertThat(limits.exceededBy(alice)).contains(Duration.ofMillis(500));
        assertThat(limits.exceededBy(bob)).isEmpty();
        nanos += Duration.ofMillis(500).toNanos();
        assertThat(limits.exceededBy(alice)).isEmpty();
        assertThat(limits.exceededBy(alice)).isPresent();
    }

    @Test
    void withoutALimitNothingIsCounted() {
        RateLimits limits = new RateLimits(SecurityOptions.DEFAULTS, () -> nanos);

        for (int i = 0; i < 1_000; i++) {
            assertThat(limits.exceededBy(Caller.LOCAL)).isEmpty();
        }
    }
}
