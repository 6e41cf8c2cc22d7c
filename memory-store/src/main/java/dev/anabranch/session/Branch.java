package dev.anabranch.session;

/**
 * A branch, as a fork answers it.
 *
 * @param info the branch as it was when this call looked; its {@link SessionInfo#forkPoint} says what it inherited
 * @param created false if an earlier fork with the same idempotency key had made it already
 */
public record Branch(AgentSession session, SessionInfo info, boolean created) {

    public String id() {
        return session.id();
    }
}
