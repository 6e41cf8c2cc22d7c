package dev.anabranch.stream;

import java.io.IOException;

/** A response that is larger than this client takes. */
final class BodyTooLargeException extends IOException {

    private static final long serialVersionUID = 1;

    BodyTooLargeException(long bytesMax) {
        super("response is larger than " + bytesMax + " bytes");
    }
}
