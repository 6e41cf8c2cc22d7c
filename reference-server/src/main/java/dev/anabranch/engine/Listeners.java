package dev.anabranch.engine;

import dev.anabranch.engine.StreamListener.Change;
import dev.anabranch.stream.StreamName;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of every change. Safe for use by many threads. */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<Registration> registrations = new CopyOnWriteArrayList<>();

    StreamEngine.Listening add(StreamListener listener) {
        Registration registration = new Registration(listener);
        registrations.add(registration);
        return registration;
    }

    void tell(StreamName name, StreamStatus status, Change change) {
        for (Registration registration : registrations) {
            try {
                registration.listener.onChange(name, status, change);
            } catch (RuntimeException broken) {
                log.error("a listener failed on {} of stream {}", change, name, broken);
            }
        }
    }

    /** One listener may have several registrations; each ends on its own. */
    private final class Registration implements StreamEngine.Listening {

        private final StreamListener listener;

        Registration(StreamListener listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            registrations.remove(this);
        }
    }
}
