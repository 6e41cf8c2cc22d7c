package dev.anabranch.branch;

import dev.anabranch.session.AgentSession;
import dev.langchain4j.service.Result;

/**
 * What works on a branch. Must be safe for use by many threads, for several branches are worked on at the same time.
 *
 * <p>An AI service whose chat memories lie in the same sessions, by memory id, is one already: {@link #of}.
 * {@link ModelAgent} needs nothing but a model.
 */
@FunctionalInterface
public interface BranchAgent {

    /**
     * Works on a task in a branch: adds the task to its session as a user message, and then whatever follows from it.
     * Ends early when the thread is interrupted: the branch has been cancelled or has run out of time.
     *
     * @throws Exception if the work failed; the branch's outcome says so
     */
    Answer work(AgentSession branch, String task) throws Exception;

    /** An AI service that answers text. */
    static BranchAgent of(Chat chat) {
        return (branch, task) -> Answer.of(chat.chat(branch.id(), task));
    }

    /** An AI service that answers {@code Result<String>}, and so tells how many tokens it used. */
    static BranchAgent reporting(ReportingChat chat) {
        return (branch, task) -> {
            Result<String> result = chat.chat(branch.id(), task);
            return Answer.of(result.content(), result.tokenUsage());
        };
    }

    /** A method of an AI service: {@code String chat(@MemoryId String memoryId, @UserMessage String text)}. */
    @FunctionalInterface
    interface Chat {
        String chat(String memoryId, String text) throws Exception;
    }

    /** A method of an AI service: {@code Result<String> chat(@MemoryId String memoryId, @UserMessage String text)}. */
    @FunctionalInterface
    interface ReportingChat {
        Result<String> chat(String memoryId, String text) throws Exception;
    }
}
