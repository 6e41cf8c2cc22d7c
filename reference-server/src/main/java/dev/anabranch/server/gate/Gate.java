package dev.anabranch.server.gate;

import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.http.Problems;
import dev.anabranch.server.security.Authentication;
import dev.anabranch.server.security.Authenticator;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.HostAllowList;
import dev.anabranch.server.security.OriginPolicy;
import dev.anabranch.server.security.RateLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The one way in: turns away what must not come further, and tells the routes who calls. */
public final class Gate extends Handler.Wrapper {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String REALM = "Bearer realm=\"anabranch\"";

    private final Authenticator authenticator;
    private final HostAllowList hosts;
    private final OriginPolicy origins;
    private final RateLimits rates;
    private final StreamGate streams;
    private final Cors cors;

    /** Admits by these rules. */
    public Gate(
            Authenticator authenticator,
            HostAllowList hosts,
            OriginPolicy origins,
            RateLimits rates,
            StreamGate streams) {
        this.authenticator = authenticator;
        this.hosts = hosts;
        this.origins = origins;
        this.rates = rates;
        this.streams = streams;
        this.cors = new Cors(origins);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try {
            checkNetwork(request, response);
            if (request.getMethod().equals("OPTIONS")) {
                cors.preflight(request.getHttpURI().getPath(), response.getHeaders());
                response.setStatus(204);
                callback.succeeded();
                return true;
            }
            admit(request, response);
        } catch (ProblemException refusal) {
            Problems.refuse(refusal.problem(), request, response, callback);
            return true;
        }
        return super.handle(request, response, callback);
    }

    private void checkNetwork(Request request, Response response) {
        Optional<String> host = header(request, HttpHeader.HOST);
        if (!hosts.allows(host.or(() -> Optional.ofNullable(request.getHttpURI().getAuthority())))) {
            throw new ProblemException(
                    Problem.of(403, "forbidden", "this server does not answer to the host of the request"));
        }
        Optional<String> origin = header(request, HttpHeader.ORIGIN);
        cors.mark(origin, response.getHeaders());
        boolean changes = !SAFE.contains(request.getMethod()) || isUpgrade(request);
        if (changes && !origins.allowsWrite(origin, host)) {
            throw new ProblemException(Problem.of(403, "forbidden", "pages of this origin may not use the server"));
        }
    }

    private void admit(Request request, Response response) {
        String path = request.getHttpURI().getPath();
        if (OpenPaths.contains(request.getMethod(), path)) {
            return;
        }
        Admission admission = new TokenAdmission(header(request, HttpHeader.AUTHORIZATION));
        Caller caller = admission.renew();
        Callers.set(request, caller, admission);
        streams.admit(caller, request, response, path);
    }

    /** By a token, looked at anew each time. */
    private final class TokenAdmission implements Admission {

        private final Optional<String> authorization;

        TokenAdmission(Optional<String> authorization) {
            this.authorization = authorization;
        }

        @Override
        public Caller renew() {
            Caller caller = authenticate(authorization);
            Optional<Duration> wait = rates.exceededBy(caller);
            if (wait.isPresent()) {
                long seconds = Math.max(1, wait.get().plusMillis(999).toSeconds());
                throw new ProblemException(Problem.of(429, "limit_exceeded", "too many requests with this token")
                        .withHeader("Retry-After", Long.toString(seconds)));
            }
            return caller;
        }

        @Override
        public Optional<Caller> caller() {
            return authenticator.authenticate(authorization) instanceof Authentication.Known known
                    ? Optional.of(known.caller())
                    : Optional.empty();
        }
    }

    private Caller authenticate(Optional<String> authorization) {
        Authentication result = authenticator.authenticate(authorization);
        if (result instanceof Authentication.Known known) {
            return known.caller();
        }
        if (result instanceof Authentication.Refused refused) {
            throw unauthorized(
                    refused.reason(),
                    REALM + ", error=\"invalid_token\", error_description=\"" + refused.reason() + "\"");
        }
        if (result instanceof Authentication.Missing) {
            throw unauthorized("the request has no token", REALM);
        }
        throw new AssertionError("no answer for " + result);
    }

    private static ProblemException unauthorized(String detail, String challenge) {
        return new ProblemException(Problem.of(401, "unauthorized", detail).withHeader("WWW-Authenticate", challenge));
    }

    private static boolean isUpgrade(Request request) {
        return request.getHeaders().contains(HttpHeader.UPGRADE);
    }

    private static Optional<String> header(Request request, HttpHeader header) {
        return Optional.ofNullable(request.getHeaders().get(header));
    }
}
