package dev.anabranch.server.streams;

import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import java.nio.ByteBuffer;
import java.util.List;

/** Spells a page as a response's body: for JSON one array of its messages (section 9.1.5), else its bytes. */
final class PageBody {

    private PageBody() {}

    static byte[] of(StreamPage page, boolean isJson) {
        List<Payload> messages = page.messages();
        if (!isJson && messages.size() == 1) {
            return messages.get(0).toByteArray();
        }
        int separators = isJson ? Math.max(0, messages.size() - 1) + 2 : 0;
        int size = Math.addExact(
                separators, messages.stream().mapToInt(Payload::size).reduce(0, Math::addExact));
        ByteBuffer body = ByteBuffer.allocate(size);
        if (isJson) {
            body.put((byte) '[');
        }
        for (int i = 0; i < messages.size(); i++) {
            if (isJson && i > 0) {
                body.put((byte) ',');
            }
            body.put(messages.get(i).toByteBuffer());
        }
        if (isJson) {
            body.put((byte) ']');
        }
        return body.array();
    }
}
