package dev.anabranch.forward;

import dev.anabranch.session.HistoryMessage;

/**
 * What a {@link BringForward} did.
 *
 * @param message the marked message, as it joined the history
 * @param repeated whether it had been brought before, so that nothing was appended
 */
public record Brought(HistoryMessage message, Receipt receipt, boolean repeated) {}
