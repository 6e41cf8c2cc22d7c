package dev.anabranch.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlsTest {

    private static final WebhookUrls DEVELOPMENT = new WebhookUrls(true);
    private static final WebhookUrls PRODUCTION = new WebhookUrls(false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://worker.example/hooks",
                "https://worker.example:8443/hooks?key=1",
                "https://WORKER.example/",
                "https://8.8.8.8/hook",
                "https://[2606:4700:4700::1111]/hook",
                "https://xn--bcher-kva.example/",
            })
    void publicHttpsUrlsAreAllowed(String url) {
        assertThat(PRODUCTION.refusal(url)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/hook",
                "http://localhost:3000/hook",
                "http://127.0.0.1:3000/",
                "http://127.0.0.9/",
            })
    void plainHttpToThisMachineIsForDevelopmentAlone(String url) {
        assertThat(DEVELOPMENT.refusal(url)).isEmpty();
        assertThat(PRODUCTION.refusal(url)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/hook",
                "hook",
                "https:///hook",
                "https:hook",
                "ftp://worker.example/",
                "file:///etc/passwd",
                "http://worker.example/",
                "http://10.0.0.1/hook",
                "http://128.0.0.1/hook",
                "http://127.0.0.1.evil.example/",
                "http://127.1/",
                "http://[::1]/",
                "http://localhost.evil.example/",
                "https://localhost/",
                "https://localhost./",
                "https://app.localhost/",
                "https://127.0.0.1/",
                "https://127.1/",
                "https://0x7f.0.0.1/",
                "https://0x7f000001/",
                "https://2130706433/",
                "https://0177.0.0.1/",
                "https://127.0.0.1./",
                "https://10.1.2.3/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.168.1.1/",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://224.0.0.1/",
                "https://255.255.255.255/",
                "https://256.1.1.1/",
                "https://[::1]/",
                "https://[::]/",
                "https://[fe80::1]/",
                "https://[fc00::1]/",
                "https://[fd12::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[64:ff9b::a00:1]/",
                "https://[2002:a00:1::]/",
                "https://[2001:db8::1]/",
                "https://[ff02::1]/",
                "https://metadata.google.internal/",
                "https://printer.local/",
                "https://intranet/",
                "https://user:password@worker.example/",
                "https://worker.example@10.0.0.1/",
                "https://worker.example/#part",
                "https://worker.example:0/",
                "https://worker.example:99999/",
                "https://worker_.example\\@10.0.0.1/",
                "https://wörker.example/",
                "https://１２７.0.0.1/",
            })
    void everythingElseIsRefused(String url) {
        assertThat(DEVELOPMENT.refusal(url)).isPresent();
        assertThat(PRODUCTION.refusal(url)).isPresent();
    }

    @Test
    void aUrlIsNotLongerThanTheLimit() {
        String url = "https://worker.example/";

        assertThat(PRODUCTION.refusal(url + "x".repeat(WebhookUrls.LENGTH_MAX - url.length())))
                .isEmpty();
        assertThat(PRODUCTION.refusal(url + "x".repeat(WebhookUrls.LENGTH_MAX - url.length() + 1)))
                .isPresent();
    }

    @Test
    void theAddressThatANameResolvesToIsJudgedToo() throws Exception {
        InetAddress loopback = InetAddress.getAllByName("127.0.0.1")[0];
        InetAddress metadata = InetAddress.getAllByName("169.254.169.254")[0];
        InetAddress world = InetAddress.getAllByName("8.8.8.8")[0];

        assertThat(DEVELOPMENT.refusal("worker.example", loopback)).isPresent();
        assertThat(DEVELOPMENT.refusal("worker.example", metadata)).isPresent();
        assertThat(DEVELOPMENT.refusal("worker.example", world)).isEmpty();
        assertThat(DEVELOPMENT.refusal("localhost", loopback)).isEmpty();
        assertThat(DEVELOPMENT.refusal("localhost", world)).isPresent();
        assertThat(PRODUCTION.refusal("localhost", loopback)).isPresent();
    }
}
