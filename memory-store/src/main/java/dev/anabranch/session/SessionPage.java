package dev.anabranch.session;

import java.util.List;
import java.util.Optional;

/**
 * A page of sessions, newest first.
 *
 * @param afterCursor asks for the page that follows; empty if this is the last
 * @param beforeCursor asks for the page that comes before; empty if this is the first
 */
public record SessionPage(List<SessionInfo> sessions, Optional<String> afterCursor, Optional<String> beforeCursor) {

    public SessionPage {
        sessions = List.copyOf(sessions);
    }
}
