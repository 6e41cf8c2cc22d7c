package dev.anabranch.subscriptions;

import dev.anabranch.stream.Offset;
import dev.anabranch.stream.StreamName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: its state, and the queue of what is to be done to it. Used by the loop's thread alone.
 *
 * <p>Everything that changes a subscription is a {@link Step.Task}: it decides on the state as it is, the change is
 * written, and only then takes effect. One at a time, so a subscription never shows or acts on what a crash could take
 * back. What follows from the streams themselves (tails, and links that a pattern found) is not written at once: it is
 * found again at the next start.
 */
final class Subscription {

    private final Origin origin;
    private final SubscriptionLog log;
    private final Loop loop;
    private final SubscriptionAccess access;
    private final StreamTable streams;
    private final Map<StreamName, Link> links = new LinkedHashMap<>();
    private final Set<Link> pending = new LinkedHashSet<>();
    private final Set<Link> unsaved = new LinkedHashSet<>();
    private final Deque<Step.Task> tasks = new ArrayDeque<>();

    private Head head;
    private boolean writing;
    private boolean deleted;
    private @Nullable Head due;
    private Loop.@Nullable Timer timer;

    Subscription(
            Origin origin, Head head, SubscriptionLog log, Loop loop, SubscriptionAccess access, StreamTable streams) {
        this.streams = streams;
        this.origin = origin;
        this.head = head;
        this.log = log;
        this.loop = loop;
        this.access = access;
    }

    Origin origin() {
        return origin;
    }

    SubscriptionConfig config() {
        return origin.config();
    }

    Head head() {
        return head;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** Whether an attempt may be made now, if one was only to come later. */
    boolean isDue() {
        return head.nextAttempt().isEmpty() || head.equals(due);
    }

    /** The time of the next attempt has come. */
    void due() {
        due = head;
    }

    Collection<Link> links() {
        return links.values();
    }

    @Nullable
    Link link(StreamName name) {
        return links.get(name);
    }

    boolean hasPending() {
        return !readable().isEmpty();
    }

    /** Whether something would still be pending if these offsets were acked. */
    boolean hasPendingAfter(Map<StreamName, Offset> offsets) {
        return readable().stream().anyMatch(link -> {
            Offset offset = offsets.get(link.stream().name());
            return offset == null || offset.compareTo(link.stream().tail()) < 0;
        });
    }

    /** A stream with something pending. */
    Optional<StreamName> firstPending() {
        return readable().stream().findFirst().map(link -> link.stream().name());
    }

    /** Links a stream without writing that; it is written along with the next change. */
    void discover(LinkRow row) {
        unsaved.add(link(row));
    }

    /** Links a stream, or changes its link. */
    Link link(LinkRow row) {
        Link link = links.get(row.path());
        if (link == null) {
            link = new Link(this, streams.follow(row.path()), row);
            links.put(row.path(), link);
            streams.keep(link);
        } else {
            link.set(row);
        }
        refresh(link);
        return link;
    }

    void drop(Link link) {
        links.remove(link.stream().name());
        streams.release(link);
        pending.remove(link);
        unsaved.remove(link);
    }

    /** Looks again whether {@code link} has something pending. */
    void refresh(Link link) {
        link.follow();
        if (link.isPending() && mayRead(link)) {
            pending.add(link);
        } else {
            pending.remove(link);
        }
    }

    /** What is pending, without what the owner has lost the right to read since it came. */
    private Set<Link> readable() {
        pending.removeIf(link -> !mayRead(link));
        return pending;
    }

    private boolean mayRead(Link link) {
        return access.mayRead(origin.owner(), link.stream().name());
    }

    /** What it is now, with the links to streams that the owner may read. */
    SubscriptionView view() {
        List<StreamLink> readable =
                links.values().stream().filter(this::mayRead).map(Link::view).toList();
        return new SubscriptionView(
                origin.id(), origin.config(), readable, origin.created(), origin.owner(), head.retries() > 0);
    }

    /** At most {@code limit} links, those with something pending first. */
    List<StreamLink> snapshot(int limit) {
        List<StreamLink> snapshot = new ArrayList<>();
        for (Link link : readable()) {
            if (snapshot.size() == limit) {
                return snapshot;
            }
            snapshot.add(link.view());
        }
        for (Link link : links.values()) {
            if (snapshot.size() == limit) {
                return snapshot;
            }
            if (!pending.contains(link) && mayRead(link)) {
                snapshot.add(link.view());
            }
        }
        return snapshot;
    }

    /** The links as rows, with these offsets acked. A stream that is no longer linked is passed over. */
    List<LinkRow> acked(Map<StreamName, Offset> offsets) {
        List<LinkRow> rows = new ArrayList<>();
        offsets.forEach((name, offset) -> {
            Link link = links.get(name);
            if (link != null && offset.compareTo(link.acked()) > 0) {
                rows.add(link.row(offset));
            }
        });
        return rows;
    }

    /** Runs {@code task} after a delay, unless another timer is set or the subscription is deleted before. */
    void timer(Duration delay, Runnable task) {
        cancelTimer();
        timer = loop.after(delay, task);
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Gives up a subscription that could not be kept in the first place. */
    void abandon() {
        deleted = true;
        cancelTimer();
    }

    void submit(Step.Task task) {
        tasks.add(task);
        advance();
    }

    private void advance() {
        while (!writing) {
            Step.Task task = tasks.poll();
            if (task == null) {
                return;
            }
            if (deleted) {
                task.abandoned(Optional.empty());
                continue;
            }
            Step step = task.decide();
            if (step.change().isEmpty() && !step.deletes()) {
                step.then().run();
                continue;
            }
            write(task, step);
        }
    }

    private void write(Step.Task task, Step step) {
        writing = true;
        List<Link> saved = List.copyOf(unsaved);
        CompletableFuture<Void> unused = persist(step)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    writing = false;
                    if (failure == null) {
                        saved.forEach(unsaved::remove);
                        apply(step);
                        step.then().run();
                    } else {
                        task.abandoned(Optional.of(failure));
                    }
                    advance();
                }));
    }

    private CompletableFuture<Void> persist(Step step) {
        try {
            if (step.deletes()) {
                return log.delete();
            }
            Change change = withUnsaved(step.change().orElseThrow());
            return log.wantsImage() ? log.write(image(change)) : log.append(change);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private Change withUnsaved(Change change) {
        if (unsaved.isEmpty()) {
            return change;
        }
        Map<StreamName, LinkRow> rows = new LinkedHashMap<>();
        unsaved.forEach(link -> rows.put(link.stream().name(), link.row()));
        change.linked().forEach(row -> rows.put(row.path(), row));
        return new Change(change.head(), List.copyOf(rows.values()), change.unlinked());
    }

    private Image image(Change change) {
        Map<StreamName, LinkRow> rows = new LinkedHashMap<>();
        links.values().forEach(link -> rows.put(link.stream().name(), link.row()));
        change.linked().forEach(row -> rows.put(row.path(), row));
        change.unlinked().forEach(rows::remove);
        return new Image(origin, change.head(), List.copyOf(rows.values()));
    }

    private void apply(Step step) {
        if (step.deletes()) {
            deleted = true;
            cancelTimer();
            List.copyOf(links.values()).forEach(this::drop);
            return;
        }
        Change change = step.change().orElseThrow();
        head = change.head();
        change.linked().forEach(this::link);
        for (StreamName name : change.unlinked()) {
            Link link = links.get(name);
            if (link != null) {
                drop(link);
            }
        }
    }
}
