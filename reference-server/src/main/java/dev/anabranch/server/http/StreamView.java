package dev.anabranch.server.http;

import dev.anabranch.stream.Payload;
import dev.anabranch.stream.StreamPage;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.Request;

/**
 * What a caller gets to see of a stream that is open to them in part, and what they may append to it. Offsets stay what
 * they are, whatever is left out.
 *
 * @param shown leaves out what is not for the caller
 * @param accepted returns for a body that the caller may append, and throws a {@link ProblemException} otherwise
 */
public record StreamView(UnaryOperator<StreamPage> shown, Consumer<Payload> accepted) {

    private static final String ATTRIBUTE = "dev.anabranch.view";

    /** Lets a request see its stream in this way only. */
    public void apply(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The view of a request; empty if it may see all of its stream. */
    public static Optional<StreamView> of(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof StreamView view ? Optional.of(view) : Optional.empty();
    }
}
