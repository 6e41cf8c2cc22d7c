package dev.anabranch.stream;

/**
 * A promise of {@link DurableStreamsContract} that a known server does not keep. The contract then checks what the
 * server does instead, so that a change for the better is noticed too.
 */
public enum Lack {
    /** Change events of JSON streams are read back without {@code headers.offset}. */
    CHANGE_EVENT_OFFSETS,
    /** JSON is written anew: the value is kept, the bytes are not. */
    EXACT_JSON
}
