package dev.anabranch.server.streams;

import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.PublicUrl;
import dev.anabranch.stream.ContentType;
import dev.anabranch.stream.CreateRequest;
import dev.anabranch.stream.CreateResult;
import dev.anabranch.stream.Expiry;
import dev.anabranch.stream.ForkRequest;
import dev.anabranch.stream.Offset;
import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;

/** {@code PUT}: makes a stream (section 5.1) or forks one (section 4.2). */
final class Creation {

    private final StreamEngine engine;

    private final Optional<PublicUrl> publicUrl;

    Creation(StreamEngine engine, Optional<PublicUrl> publicUrl) {
        this.engine = engine;
        this.publicUrl = publicUrl;
    }

    /** What the headers ask for; the body, which comes later, is still missing. */
    Wanted read(RequestHeaders headers) {
        Optional<StreamName> source = headers.forkedFrom();
        Optional<Offset> at = headers.forkOffset();
        return new Wanted(
                source, at, headers.forkSubOffset(), headers.contentType(), headers.expiry(), headers.closed());
    }

    CompletableFuture<CreateResult> make(StreamName name, Wanted wanted, Payload body) {
        if (wanted.source().isPresent()) {
            return engine.fork(
                    name,
                    new ForkRequest(
                            wanted.source().get(),
                            wanted.at(),
                            wanted.subOffset(),
                            wanted.contentType(),
                            wanted.expiry(),
                            wanted.closed(),
                            body));
        }
        ContentType contentType = wanted.contentType().orElse(ContentType.OCTET_STREAM);
        Expiry expiry = wanted.expiry().orElse(Expiry.never());
        return engine.create(name, new CreateRequest(contentType, expiry, wanted.closed(), body));
    }

    /** Spells the outcome in HTTP. */
    void write(CreateResult result, Exchange exchange) {
        if (result instanceof CreateResult.Created created) {
            exchange.header(HttpHeader.LOCATION.asString(), location(exchange));
            Heads.write(created.head(), exchange);
            exchange.reply(201);
        } else if (result instanceof CreateResult.AlreadyExists existing) {
            Heads.write(existing.head(), exchange);
            exchange.reply(200);
        } else if (result instanceof CreateResult.Conflict conflict) {
            exchange.reply(Problem.conflict(conflict.reason()));
        } else {
            throw new AssertionError("no response for " + result);
        }
    }

    private String location(Exchange exchange) {
        HttpURI uri = exchange.request().getHttpURI();
        String path = StreamPath.PREFIX + exchange.name().toUrlPath();
        if (publicUrl.isEmpty() && uri.getAuthority() == null) {
            return path;
        }
        return PublicUrl.of(publicUrl, uri.getScheme(), uri.getAuthority(), path);
    }

    /** The headers of a {@code PUT}. */
    record Wanted(
            Optional<StreamName> source,
            Optional<Offset> at,
            long subOffset,
            Optional<ContentType> contentType,
            Optional<Expiry> expiry,
            boolean closed) {}
}
