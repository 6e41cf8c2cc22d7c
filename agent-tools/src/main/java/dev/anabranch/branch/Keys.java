package dev.anabranch.branch;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Idempotency keys that follow from what is done. */
final class Keys {

    private Keys() {}

    /** The same for the same parts only, and of the same length whatever they are. */
    static String of(String... parts) {
        StringBuilder all = new StringBuilder();
        for (String part : parts) {
            all.append(part.length()).append(':').append(part);
        }
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
