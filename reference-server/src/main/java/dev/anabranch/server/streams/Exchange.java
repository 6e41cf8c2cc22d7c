package dev.anabranch.server.streams;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.Problems;
import dev.anabranch.stream.StreamName;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request on one stream, and the response it will get. Answered exactly once. */
record Exchange(StreamName name, Request request, Response response, Callback callback) {

    RequestHeaders headers() {
        return new RequestHeaders(request.getHeaders());
    }

    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /** Answers without a body. */
    void reply(int status) {
        response.setStatus(status);
        response.write(true, ByteBuffer.allocate(0), callback);
    }

    /** Answers HEAD, which does not look how long the answer to GET would be: its length stays open. */
    void replyWithoutLength(int status) {
        response.setStatus(status);
        response.write(false, ByteBuffer.allocate(0), callback);
    }

    void reply(int status, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    void reply(Problem problem) {
        Problems.write(problem, response, callback);
    }

    /** Answers without having read the body. */
    void refuse(Problem problem) {
        Problems.refuse(problem, request, response, callback);
    }

    /** Answers with what {@code failure} is to a client, in place of whatever was to be answered. */
    void fail(Throwable failure) {
        HttpFields.Mutable headers = response.getHeaders();
        if (!response.isCommitted()) {
            headers.remove(HttpHeader.CONTENT_LENGTH);
            headers.remove(HttpHeader.ETAG);
        }
        reply(Problems.of(failure));
    }
}
