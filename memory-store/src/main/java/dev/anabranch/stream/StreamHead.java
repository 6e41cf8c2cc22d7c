package dev.anabranch.stream;

/**
 * What a stream is, without its content (PROTOCOL.md section 5.5).
 *
 * @param tail where the next append will be written
 * @param closed whether there will be no next append
 */
public record StreamHead(StreamName name, ContentType contentType, Offset tail, boolean closed, Expiry expiry) {}
