package dev.anabranch.examples;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Session ids that no earlier run has used. */
final class Names {

    private Names() {}

    static String fresh(String name) {
        return name + "-"
                + String.format(Locale.ROOT, "%06x", ThreadLocalRandom.current().nextInt(1 << 24));
    }
}
