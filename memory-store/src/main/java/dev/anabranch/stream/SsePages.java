package dev.anabranch.stream;

import static dev.anabranch.stream.MalformedAnswerException.garbledIn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes pages of the events of one SSE connection (section 5.8). Data waits for the {@code control} event that says
 * where it ends: only then is it a page. What has no control event when the connection breaks is read again.
 */
final class SsePages implements SseParser.Sink {

    /**
     * One page, and the cursor that goes with it.
     *
     * @param cursor empty if the server sent none
     */
    record Step(StreamPage page, Optional<String> cursor) {}

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ContentType contentType;
    private final boolean isBase64;
    private final Consumer<Step> steps;
    private final List<Payload> waiting = new ArrayList<>();
    private Offset position;

    /**
     * Pages of a connection that was asked for what follows {@code from}.
     *
     * @param contentType the stream's type, which the connection itself does not say
     */
    SsePages(Offset from, ContentType contentType, boolean isBase64, Consumer<Step> steps) {
        this.position = from;
        this.contentType = contentType;
        this.isBase64 = isBase64;
        this.steps = steps;
    }

    @Override
    public void onEvent(String type, Payload data) {
        if (type.equals("data")) {
            waiting.add(isBase64 ? garbledIn(() -> decode(data)) : data);
        } else if (type.equals("control")) {
            control(data);
        }
    }

    private void control(Payload data) {
        JsonNode control = garbledIn(() -> parse(data));
        Offset next = garbledIn(() -> offset(control.path("streamNextOffset")));
        boolean closed = control.path("streamClosed").asBoolean();
        boolean upToDate = closed || control.path("upToDate").asBoolean();
        if (waiting.isEmpty() && !next.equals(position)) {
            throw new MalformedAnswerException("control event passes over data");
        }
        StreamPage page = new StreamPage(position, garbledIn(this::messages), next, upToDate, closed);
        waiting.clear();
        position = next;
        JsonNode cursor = control.path("streamCursor");
        steps.accept(new Step(page, cursor.isTextual() ? Optional.of(cursor.textValue()) : Optional.empty()));
    }

    private List<Payload> messages() {
        if (contentType.isJson()) {
            return waiting.stream()
                    .flatMap(data -> JsonMessages.ofEvent(data).stream())
                    .toList();
        }
        Payload all = Payload.concat(waiting);
        return all.isEmpty() ? List.of() : List.of(all);
    }

    private static Payload decode(Payload base64) {
        String text = base64.utf8().replace("\n", "");
        try {
            return Payload.wrap(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException notBase64) {
            throw new MalformedAnswerException("data event is not base64", notBase64);
        }
    }

    private static JsonNode parse(Payload data) {
        try {
            return MAPPER.readTree(data.toByteArray());
        } catch (IOException notJson) {
            throw new MalformedAnswerException("control event is not JSON", notJson);
        }
    }

    private static Offset offset(JsonNode token) {
        try {
            if (token.isTextual()) {
                Offset offset = new Offset(token.textValue());
                if (!offset.isSentinel()) {
                    return offset;
                }
            }
        } catch (IllegalArgumentException notAnOffset) {
            throw new MalformedAnswerException("control event names no offset", notAnOffset);
        }
        throw new MalformedAnswerException("control event names no offset");
    }
}
