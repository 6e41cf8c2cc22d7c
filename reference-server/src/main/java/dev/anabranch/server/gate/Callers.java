package dev.anabranch.server.gate;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import dev.anabranch.server.security.UserId;
import io.javalin.http.Context;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The caller of a request that has passed the gate. */
public final class Callers {

    private static final String ATTRIBUTE = "dev.anabranch.caller";
    private static final String ADMISSION = "dev.anabranch.admission";

    private Callers() {}

    static void set(Request request, Caller caller, Admission admission) {
        request.setAttribute(ATTRIBUTE, caller);
        request.setAttribute(ADMISSION, admission);
    }

    /** The caller of a request to Jetty. */
    public static Caller of(Request request) {
        return known(request.getAttribute(ATTRIBUTE));
    }

    /** The caller of a request that may have been turned away, or needs none. */
    public static Optional<Caller> find(Request request) {
        return Optional.ofNullable(request.getAttribute(ATTRIBUTE))
                .filter(Caller.class::isInstance)
                .map(Caller.class::cast);
    }

    /** The caller of a request to Javalin. */
    public static Caller of(Context http) {
        return known(http.req().getAttribute(ATTRIBUTE));
    }

    /** How the caller of a request to Javalin came in. */
    public static Admission admissionOf(Context http) {
        if (http.req().getAttribute(ADMISSION) instanceof Admission admission) {
            return admission;
        }
        throw new AssertionError("a request came past the gate");
    }

    /** The caller's name, or that of the one user of a server without a gate. */
    public static String nameOf(Context http) {
        return http.req().getAttribute(ATTRIBUTE) instanceof Caller caller
                ? caller.user().value()
                : UserId.LOCAL.value();
    }

    /**
     * Lets callers with the scope pass.
     *
     * @throws ProblemException 403 for others
     */
    public static void require(Caller caller, Scope scope) {
        if (!caller.may(scope)) {
            throw new ProblemException(Problem.of(403, "forbidden", "the token lacks the scope '" + scope.id() + "'")
                    .withHeader(
                            "WWW-Authenticate",
                            "Bearer realm=\"anabranch\", error=\"insufficient_scope\", scope=\"" + scope.id() + "\""));
        }
    }

    private static Caller known(@Nullable Object caller) {
        if (caller instanceof Caller known) {
            return known;
        }
        throw new AssertionError("a request came past the gate");
    }
}
