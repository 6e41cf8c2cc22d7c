package dev.anabranch.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.anabranch.stream.InvalidRequestException;
import dev.anabranch.stream.LimitExceededException;
import dev.anabranch.stream.LimitExceededException.Limit;
import dev.anabranch.stream.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a JSON body apart into its messages, without changing a byte of them. Used once. */
final class JsonMessages {

    /*
     * Messages are stored as sent and later joined into one array, so that a body which is not exactly one JSON text in
     * UTF-8 would spoil the whole stream for its readers. The parser alone is too kind: it looks for other encodings
     * and for a byte order mark, takes overlong UTF-8, and stops after the first value.
     *
     * The same pass finds where each Durable State event keeps its headers, so that reads can add the offset without
     * parsing again. Of members of the same name the last one counts, as for nearly every reader.
     */

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            // Names come from many clients: they must not stay in the JVM's own table.
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .build();

    private final byte[] bytes;
    private final Payload body;
    private final EngineOptions limits;
    private final List<JsonMessage> messages = new ArrayList<>();

    private JsonMessages(Payload body, EngineOptions limits) {
        this.body = body;
        this.bytes = body.toByteArray();
        this.limits = limits;
    }

    /**
     * The messages of a body: the elements if it is an array, else itself.
     *
     * @throws InvalidRequestException if the body is not one JSON text (RFC 8259) in UTF-8
     * @throws LimitExceededException if there are too many messages, or one is too long or too deep
     */
    static List<JsonMessage> of(Payload body, EngineOptions limits) {
        return new JsonMessages(body, limits).parse();
    }

    private List<JsonMessage> parse() {
        requireUtf8();
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new InvalidRequestException("body is not JSON: it is empty");
            }
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    message(parser);
                }
            } else {
                message(parser);
            }
            if (parser.nextToken() != null) {
                throw new InvalidRequestException("body is not JSON: something follows its end");
            }
            return messages;
        } catch (JsonProcessingException malformed) {
            throw new InvalidRequestException("body is not JSON: " + malformed.getOriginalMessage(), malformed);
        } catch (IOException neverInMemory) {
            throw new AssertionError(neverInMemory);
        }
    }

    private void requireUtf8() {
        if (bytes.length >= 2 && (bytes[0] == 0 || bytes[1] == 0)) {
            throw new InvalidRequestException("body is not JSON: it is not UTF-8");
        }
        // Malformed bytes decode to U+FFFD, which may also be there by right: only then is the slow look needed.
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) {
            throw new InvalidRequestException("body is not JSON: it begins with a byte order mark");
        }
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException malformed) {
                throw new InvalidRequestException("body is not JSON: it is not UTF-8", malformed);
            }
        }
    }

    /** Reads the message that begins with the parser's current token. */
    private void message(JsonParser parser) throws IOException {
        if (messages.size() == limits.batchMessagesMax()) {
            throw new LimitExceededException(
                    Limit.SIZE, "batch has more than " + limits.batchMessagesMax() + " messages", Optional.empty());
        }
        int start = start(parser);
        OffsetSlot slot = parser.currentToken() == JsonToken.START_OBJECT ? object(parser, start) : value(parser, 0);
        int length = end(parser) - start;
        if (length > limits.messageBytesMax()) {
            throw new LimitExceededException(
                    Limit.SIZE, "message is longer than " + limits.messageBytesMax() + " bytes", Optional.empty());
        }
        messages.add(new JsonMessage(body.slice(start, length), Optional.ofNullable(slot)));
    }

    private @Nullable OffsetSlot object(JsonParser parser, int start) throws IOException {
        OffsetSlot slot = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean headers = "headers".equals(parser.currentName());
            JsonToken value = parser.nextToken();
            if (!headers) {
                value(parser, 1);
            } else if (value == JsonToken.START_OBJECT) {
                slot = headers(parser, start);
            } else {
                slot = value(parser, 1);
            }
        }
        return slot;
    }

    private @Nullable OffsetSlot headers(JsonParser parser, int start) throws IOException {
        requireDepth(2);
        boolean operation = false;
        boolean control = false;
        int at = -1;
        int replaced = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
            int valueStart = start(parser);
            value(parser, 2);
            if (name.equals("operation")) {
                operation = isText;
            } else if (name.equals("control")) {
                control = isText;
            } else if (name.equals("offset")) {
                at = valueStart - start;
                replaced = end(parser) - valueStart;
            }
        }
        if (!operation && !control) {
            return null;
        }
        return at >= 0 ? new OffsetSlot(at, replaced) : new OffsetSlot(start(parser) - start, 0);
    }

    /** Reads to the end of the value that begins with the current token, which lies {@code depth} deep. No slot. */
    private @Nullable OffsetSlot value(JsonParser parser, int depth) throws IOException {
        int open = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart()) {
                open++;
                requireDepth(depth + open);
            } else if (token.isStructEnd()) {
                open--;
            }
            if (open == 0) {
                parser.finishToken();
                return null;
            }
            token = parser.nextToken();
        }
    }

    private void requireDepth(int depth) {
        if (depth > limits.jsonDepthMax()) {
            throw new LimitExceededException(
                    Limit.SIZE, "message is nested deeper than " + limits.jsonDepthMax(), Optional.empty());
        }
    }

    private static int start(JsonParser parser) {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    private static int end(JsonParser parser) {
        return Math.toIntExact(parser.currentLocation().getByteOffset());
    }
}
