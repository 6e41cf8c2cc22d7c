package dev.anabranch.branch;

/** Thrown when a branch would go past a limit. Nothing has been made. */
public final class BranchLimitException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    BranchLimitException(Refusal refusal) {
        super(refusal.reason());
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
