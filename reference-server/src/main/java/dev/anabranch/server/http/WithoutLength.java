package dev.anabranch.server.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps the length of nothing out of 304: its {@code Content-Length} would be that of the representation, and some
 * caches take 0 for news (RFC 9110, sections 8.6 and 15.4.5). Jetty puts it there by itself.
 */
public final class WithoutLength extends Handler.Wrapper {

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        request.addHttpStreamWrapper(stream -> new Stripping(stream, response));
        return super.handle(request, response, callback);
    }

    private static final class Stripping extends HttpStream.Wrapper {

        private final Response response;

        Stripping(HttpStream stream, Response response) {
            super(stream);
            this.response = response;
        }

        @Override
        public void prepareResponse(HttpFields.Mutable headers) {
            if (response.getStatus() == HttpStatus.NOT_MODIFIED_304) {
                headers.remove(HttpHeader.CONTENT_LENGTH);
            }
            super.prepareResponse(headers);
        }
    }
}
