package dev.anabranch.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Splits the JSON array of a page into its messages, each with the very bytes that the server sent. */
final class JsonMessages {

    private static final int DEPTH_MAX = 100_000;

    /*
     * Whatever a stream has stored must be readable: long strings, long numbers, long names. What bounds them is the
     * size of a response. Keys are not kept in a table, for they come from strangers.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonMessages() {}

    /**
     * Returns the elements of a JSON array, or nothing for an empty body.
     *
     * @throws MalformedAnswerException if the body is anything else
     */
    static List<Payload> ofArray(Payload body) {
        if (body.isEmpty()) {
            return List.of();
        }
        requireUtf8(body);
        try (JsonParser parser = JSON.createParser(body.toInputStream())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new MalformedAnswerException("page is not a JSON array");
            }
            List<Payload> messages = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                messages.add(message(parser, body));
            }
            if (parser.nextToken() != null) {
                throw new MalformedAnswerException("page goes on after its JSON array");
            }
            return messages;
        } catch (IOException notJson) {
            throw new MalformedAnswerException("page is not JSON", notJson);
        }
    }

    /** Returns the messages of one data event: the elements of an array, or else the one value that it is. */
    static List<Payload> ofEvent(Payload data) {
        for (int i = 0; i < data.size(); i++) {
            byte octet = data.byteAt(i);
            if (octet == '[') {
                return ofArray(data);
            }
            if (octet != ' ' && octet != '\t' && octet != '\n' && octet != '\r') {
                return ofArray(Payload.concat(List.of(Payload.of("["), data, Payload.of("]"))));
            }
        }
        return List.of();
    }

    private static Payload message(JsonParser parser, Payload body) throws IOException {
        if (parser.currentToken() == null) {
            throw new MalformedAnswerException("page is cut off");
        }
        int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        int end = Math.toIntExact(parser.currentLocation().getByteOffset());
        return body.slice(start, end - start);
    }

    /** The parser would take UTF-16 and UTF-32 as well, and a byte order mark; JSON on the wire is UTF-8 without. */
    private static void requireUtf8(Payload body) {
        for (int i = 0; i < Math.min(4, body.size()); i++) {
            int octet = body.byteAt(i) & 0xff;
            if (octet == 0 || (i == 0 && octet >= 0x80)) {
                throw new MalformedAnswerException("page is not UTF-8");
            }
        }
    }
}
