package dev.anabranch.server.conversations;

import dev.anabranch.server.gate.RawSessions;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.security.UserId;
import dev.anabranch.session.AgentSessions;
import dev.anabranch.session.ForkGuard;
import dev.anabranch.session.ForkOptions;
import dev.anabranch.session.SessionExistsException;
import dev.anabranch.session.SessionInfo;
import dev.anabranch.session.SessionNotFoundException;
import dev.anabranch.stream.DurableStreamsException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is forked and deleted by the protocol alone, as the conversations' limits and listings see it. */
public final class ListedSessions implements RawSessions {

    private static final Logger LOG = LoggerFactory.getLogger(ListedSessions.class);

    private final AgentSessions sessions;
    private final ForkGuard limits;

    /**
     * Lists in the directory of these sessions.
     *
     * @param limits asked before any branch is made
     */
    public ListedSessions(AgentSessions sessions, ForkGuard limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    @Override
    public boolean admit(UserId maker, String parent, String branch, Optional<Duration> ttl) {
        if (!isSession(parent)) {
            return false; // a name that no session can have: the stream is a stream like any other
        }
        if (!isSession(branch)) {
            throw new ProblemException(NOT_A_SESSION);
        }
        ForkOptions options =
                ForkOptions.DEFAULTS.withId(branch).withCreator(maker.value()).withGuard(limits);
        try {
            return sessions.admit(parent, ttl.map(options::withTtl).orElse(options));
        } catch (SessionNotFoundException none) {
            return false; // the protocol's own answer says what there is to fork
        } catch (SessionExistsException taken) {
            throw new ProblemException(SessionProblems.of(taken));
        } catch (BranchLimitException full) {
            // Not 429, unless time makes room: clients would try again and again.
            Problem problem = full.isOfRate()
                    ? BranchLimitException.problem(full)
                    : Problem.of(403, "limit_exceeded", String.valueOf(full.getMessage()));
            throw new ProblemException(problem);
        }
    }

    @Override
    public void settle(String session) {
        try {
            if (isSession(session)) {
                LOG.debug("listed again: {}", sessions.repair(List.of(session)));
            }
        } catch (DurableStreamsException unavailable) {
            LOG.warn("the directory could not be brought up to date; the next listing does that", unavailable);
        }
    }

    @Override
    public List<String> children(String session) {
        return sessions.find(session)
                .map(found -> found.children().stream().map(SessionInfo::id).toList())
                .orElse(List.of());
    }

    private boolean isSession(String id) {
        try {
            sessions.session(id);
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}
