package dev.anabranch.server.search;

import dev.anabranch.session.HistoryMessage;

/**
 * A message that matches.
 *
 * @param session a session that has it: the one it was written to, if the searcher may see that
 * @param highlight a piece of its text around the match, as plain text
 * @param score greater is better
 */
public record SearchHit(String session, HistoryMessage message, String highlight, double score) {}
