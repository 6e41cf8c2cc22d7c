package dev.anabranch.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clocks of this machine. On systems other than Linux it does not tell its boots apart. */
final class LocalMachine implements EngineClock.Machine {

    private static final Logger log = LoggerFactory.getLogger(LocalMachine.class);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path UPTIME = Path.of("/proc/uptime");

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public InstantSource calendar() {
        return InstantSource.system();
    }

    @Override
    public Optional<EngineClock.Boot> boot() {
        try {
            String id = Files.readString(BOOT_ID).strip();
            String uptime = Files.readString(UPTIME);
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            return Optional.of(new EngineClock.Boot(id, (long) (seconds * 1000)));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException notTold) {
            log.debug("this machine does not tell its boots apart", notTold);
            return Optional.empty();
        }
    }
}
