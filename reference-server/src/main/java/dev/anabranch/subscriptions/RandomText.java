package dev.anabranch.subscriptions;

import java.security.SecureRandom;
import java.util.Base64;

/** Text that nobody can guess. */
final class RandomText {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 15;

    private RandomText() {}

    static String next() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
