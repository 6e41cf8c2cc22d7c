package dev.anabranch.stream;

/**
 * Whether events get through to a tail. A proxy may hold an endless response back, or cut it off; a server sends an
 * event as soon as it is asked. So a connection that ended before its first event speaks against the way, and after
 * some of them in a row a tail goes on without.
 *
 * <p>Used by one thread at a time.
 */
final class SseTrust {

    private static final int BARREN_MAX = 3;

    private int barren;
    private boolean isHeard;

    void onOpen() {
        isHeard = false;
    }

    void onEvent() {
        isHeard = true;
        barren = 0;
    }

    void onEnd() {
        if (!isHeard) {
            barren++;
        }
    }

    boolean isLost() {
        return barren >= BARREN_MAX;
    }
}
